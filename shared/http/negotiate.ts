import { Problem } from './problems.ts';

/** A form that an answer can have, and its media type. */
export interface Offer<Format extends string> {
  format: Format;
  mediaType: string;
}

interface Asked {
  /** Of the query; it wins. */
  format: string | undefined;
  accept: string | string[] | undefined;
}

/**
 * Which of the offers a request gets: the one it names, or the one that Accept likes best (RFC 9110, section 12.5.1);
 * among equals the first.
 * @throws {Problem} not-acceptable
 */
export function negotiate<Format extends string>(
  offers: readonly [Offer<Format>, ...Offer<Format>[]],
  { format, accept }: Asked,
): Offer<Format> {
  const named = offers.find((offer) => offer.format === format);
  if (named) return named;
  if (accept === undefined || accept.length === 0) return offers[0];
  const ranges = parseAccept(String(accept));
  const liked = offers.map((offer) => ({ offer, quality: qualityOf(offer.mediaType, ranges) }));
  const [best] = liked.toSorted((a, b) => b.quality - a.quality);
  if (best && best.quality > 0) return best.offer;
  const types = offers.map(({ mediaType }) => mediaType).join(', ');
  throw new Problem('not-acceptable', `Accept allows none of: ${types}.`, { headers: { vary: 'Accept' } });
}

/** Whether Accept names HTML, likes nothing better, and JSON less: what browsers send when a person follows a link. */
export function wantsPage(accept: string | string[] | undefined): boolean {
  const ranges = parseAccept(String(accept ?? ''));
  const html = ranges.find(({ type, subtype }) => type === 'text' && subtype === 'html')?.quality ?? 0;
  const others = ranges.filter(({ type, subtype }) => type === 'application' && subtype === 'json');
  return (
    html > 0 &&
    ranges.every(({ quality }) => quality <= html) &&
    others.every(({ quality }) => quality < html)
  );
}

interface Range {
  type: string;
  subtype: string;
  quality: number;
}

/** What cannot be read of it is left out. */
function parseAccept(field: string): Range[] {
  return field.split(',').flatMap((element) => {
    const [range = '', ...parameters] = element.split(';').map((part) => part.trim().toLowerCase());
    const [, type, subtype] = /^([\w!#$&.+^-]+|\*)\/([\w!#$&.+^-]+|\*)$/.exec(range) ?? [];
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
    const quality = /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(weight) ? Number(weight) : 0;
    return type === undefined || subtype === undefined ? [] : [{ type, subtype, quality }];
  });
}

/** Of the most specific range that the type is in; 0 when it is in none. */
function qualityOf(mediaType: string, ranges: readonly Range[]): number {
  const [type, subtype] = mediaType.split('/');
  const specificity = (range: Range) => Number(range.type !== '*') + Number(range.subtype !== '*');
  const fitting = ranges.filter(
    (range) =>
      (range.type === '*' && range.subtype === '*') ||
      (range.type === type && (range.subtype === '*' || range.subtype === subtype)),
  );
  const [best] = fitting.toSorted((a, b) => specificity(b) - specificity(a));
  return best?.quality ?? 0;
}
