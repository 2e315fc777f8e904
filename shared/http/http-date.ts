const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const LONG_DAY = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day';
const MONTH = `(?<month>${MONTHS.join('|')})`;
const TIME = '(?<time>\\d\\d:\\d\\d:\\d\\d)';
/** IMF-fixdate, and the obsolete forms of RFC 850 and of asctime(). */
const FORMS = [
  `${DAY}, (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT`,
  `${LONG_DAY}, (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} GMT`,
  `${DAY} ${MONTH} (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})`,
].map((form) => new RegExp(`^${form}$`));

/** Milliseconds of the epoch, or null for what is none of the three forms (RFC 9110, section 5.6.7). */
export function parseHttpDate(field: string): number | null {
  for (const form of FORMS) {
    const { day = '', month = '', year = '', time = '' } = form.exec(field.trim())?.groups ?? {};
    if (day === '') continue;
    const date = `${wholeYear(year)}-${pad(MONTHS.indexOf(month) + 1)}-${pad(day.trim())}`;
    // A leap second is the second before it.
    const parsed = Date.parse(`${date}T${time.replace(/60$/, '59')}Z`);
    return !Number.isNaN(parsed) && new Date(parsed).toISOString().startsWith(date) ? parsed : null;
  }
  return null;
}

/** Two digits are the year that is no more than 50 years ahead. */
function wholeYear(year: string): string {
  if (year.length === 4) return year;
  const now = new Date().getUTCFullYear();
  const near = Math.floor(now / 100) * 100 + Number(year);
  return String(near > now + 50 ? near - 100 : near);
}

function pad(value: number | string): string {
  return String(value).padStart(2, '0');
}
