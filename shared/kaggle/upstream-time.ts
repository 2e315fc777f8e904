/** ISO 8601 as Kaggle writes it: up to seven digits of a second, and now and then no zone, or more than four digits of a year. */
const TIME = /^[+-]?\d{4,6}-\d\d-\d\d(?<clock>T\d\d:\d\d(:\d\d(\.\d+)?)?(?<zone>Z|[+-]\d\d:\d\d)?)?$/;

/**
 * A time of Kaggle's in UTC (RFC 3339), milliseconds and all; without a zone it is UTC. Null for what is no time.
 * @throws {RangeError} for years beyond 1 to 9999, which RFC 3339 cannot write
 */
export function upstreamTime(text: string): string | null {
  const { groups } = TIME.exec(text) ?? {};
  if (groups === undefined) return null;
  if (!/^\d{4}-/.test(text)) throw new RangeError('a year of more than four digits');
  const date = new Date(groups.clock !== undefined && groups.zone === undefined ? `${text}Z` : text);
  if (Number.isNaN(date.getTime())) return null;
  const year = date.getUTCFullYear();
  if (year < 1 || year > 9_999) throw new RangeError(`the year ${year}`);
  return date.toISOString();
}
