/** One tag, or nothing, up to the next comma: each character is looked at once, however many tags there are. */
const ELEMENT = /\s*(?:((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")\s*)?(?:,|$)/y;

/** What If-Match and If-None-Match hold: strong and weak tags with their quotes, or `*`. */
export type EntityTags = readonly string[] | '*';

/** Null when the field is malformed (RFC 9110, section 13.1). */
export function parseEntityTags(field: string): EntityTags | null {
  const value = field.trim();
  if (value === '*') return '*';
  const tags: string[] = [];
  ELEMENT.lastIndex = 0;
  while (ELEMENT.lastIndex < value.length) {
    const element = ELEMENT.exec(value);
    if (element === null) return null;
    if (element[1] !== undefined) tags.push(element[1]);
  }
  return tags.length > 0 ? tags : null;
}

/** Weak comparison, as If-None-Match asks for (RFC 9110, section 8.8.3.2). */
export function matchesWeakly(tags: EntityTags, etag: string): boolean {
  return tags === '*' || tags.some((tag) => opaque(tag) === opaque(etag));
}

/** Strong comparison, as If-Match asks for: a weak tag never matches. */
export function matchesStrongly(tags: EntityTags, etag: string): boolean {
  return tags === '*' || (!etag.startsWith('W/') && tags.includes(etag));
}

function opaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}
