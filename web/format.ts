import { type Html, html } from './html.ts';

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `1.2 GiB`: two digits below 10, else whole. */
export function bytes(count: number): string {
  if (count < 1_024) return `${count} B`;
  let value = count;
  let unit = -1;
  do {
    value /= 1_024;
    unit += 1;
  } while (value >= 1_023.5 && unit < UNITS.length - 1);
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}

/** The same, with the exact number for those who point at it. */
export function size(count: number): Html {
  return html`<span title="${number(count)} bytes">${bytes(count)}</span>`;
}

// Made once: a table has hundreds of numbers.
const WHOLE = new Intl.NumberFormat('en-US');

/** `1,234,567` */
export function number(count: number): string {
  return count < 1_000 && count >= 0 ? String(count) : WHOLE.format(count);
}

/** `1 file`, `2 files` */
export function plural(count: number, word: string): string {
  return `${number(count)} ${word}${count === 1 ? '' : 's'}`;
}

/** `3%`, `<1%`, and never 100% for a part. */
export function share(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0%';
  const percent = (part / whole) * 100;
  if (percent < 1) return '<1%';
  return part < whole ? `${Math.min(99, Math.round(percent))}%` : '100%';
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Relative within a week, else the day; the instant in UTC for those who point at it. */
export function time(instant: string, now = Date.now()): Html {
  const at = Date.parse(instant);
  const utc = `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  return html`<time datetime="${instant}" title="${utc}">${relative(at, now)}</time>`;
}

export function relative(at: number, now: number): string {
  const age = now - at;
  if (age < -7 * DAY || age >= 7 * DAY) return day(new Date(at));
  const distance = Math.abs(age);
  if (distance < MINUTE) return age < 0 ? 'in a moment' : 'under a minute ago';
  const [count, unit] =
    distance < HOUR
      ? [Math.floor(distance / MINUTE), 'minute']
      : distance < DAY
        ? [Math.floor(distance / HOUR), 'hour']
        : [Math.floor(distance / DAY), 'day'];
  const words = plural(count, unit);
  return age < 0 ? `in ${words}` : `${words} ago`;
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

/** `3 March 2026`, in UTC. */
function day(date: Date): string {
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** `02:00 UTC`, as clocks of that time zone show it. */
export function clock(at: Date, timeZone: string): string {
  return at.toLocaleTimeString('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
}

/** Seconds as people say them: `3 minutes`. */
export function duration(seconds: number): string {
  if (seconds < 90) return plural(Math.max(1, Math.round(seconds)), 'second');
  if (seconds < 5_400) return plural(Math.round(seconds / 60), 'minute');
  return plural(Math.round(seconds / 3_600), 'hour');
}
