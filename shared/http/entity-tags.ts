const TAG = /^(W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/;

/** The tags of an If-Match or If-None-Match field, `*`, or null when it is malformed (RFC 9110, section 13.1). */
export function parseEntityTags(field: string): readonly string[] | '*' | null {
  const value = field.trim();
  if (value === '*') return '*';
  const tags = value
    .split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
  return tags.length > 0 && tags.every((tag) => TAG.test(tag)) ? tags : null;
}

/** Weak comparison, as If-None-Match asks for (RFC 9110, section 8.8.3.2). A malformed field matches nothing. */
export function matchesWeakly(field: string, etag: string): boolean {
  const tags = parseEntityTags(field);
  if (tags === '*') return true;
  return tags?.some((tag) => opaque(tag) === opaque(etag)) ?? false;
}

function opaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}
