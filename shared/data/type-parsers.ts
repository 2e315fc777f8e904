import pg from 'pg';

const INT8 = 20;
const TIMESTAMPTZ = 1184;

/**
 * How PostgreSQL's text values become JavaScript values, by type OID.
 * int8 is a number (throws beyond 2^53), timestamptz an RFC 3339 text in UTC with all six digits of its
 * microseconds: a Date would drop three of them, and keyset cursors with them.
 */
export const types: pg.CustomTypesConfig = {
  // biome-ignore lint/suspicious/noExplicitAny: the parsers of pg are typed per format, ours are for text only
  getTypeParser(oid: number, format?: any): any {
    if (oid === INT8) return parseInt8;
    if (oid === TIMESTAMPTZ) return parseTimestamptz;
    return pg.types.getTypeParser(oid, format);
  },
};

function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('an int8 is beyond what a number holds exactly');
  return value;
}

const TIMESTAMP = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?([+-]\d\d(?::\d\d)?)$/;

/** What a time in UTC lacks to microseconds, by its length. */
const ZEROS: Readonly<Record<number, string>> = {
  22: '.000000',
  24: '00000',
  25: '0000',
  26: '000',
  27: '00',
  28: '0',
  29: '',
};

export function parseTimestamptz(text: string): string {
  // In a session in UTC: the expression would be a tenth of the cost of a list.
  const zeros = ZEROS[text.length];
  if (zeros !== undefined && text[10] === ' ' && text.endsWith('+00'))
    return `${text.slice(0, 10)}T${text.slice(11, -3)}${zeros}Z`;
  const [, date, time, fraction = '', offset] = TIMESTAMP.exec(text) ?? [];
  if (date === undefined || offset === undefined)
    throw new RangeError('a timestamptz is not in ISO form within years 0-9999');
  const micros = fraction.padEnd(6, '0');
  if (offset === '+00') return `${date}T${time}.${micros}Z`;
  const utc = new Date(`${date}T${time}${offset.length === 3 ? `${offset}:00` : offset}`).toISOString();
  return `${utc.slice(0, 19)}.${micros}Z`;
}
