const LAST_CHARACTER = 0x10ffff;
const SURROGATES = { first: 0xd800, after: 0xe000 };

/** The first text, by code point, behind all that begin with `prefix`; null when there is none. */
export function prefixEnd(prefix: string): string | null {
  const characters = Array.from(prefix, (one) => one.codePointAt(0) ?? 0);
  while (characters.at(-1) === LAST_CHARACTER) characters.pop();
  const last = characters.pop();
  if (last === undefined) return null;
  const next = last + 1 === SURROGATES.first ? SURROGATES.after : last + 1;
  return String.fromCodePoint(...characters, next);
}
