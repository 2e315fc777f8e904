export const SCOPES = ['read', 'write'] as const;
export type Scope = (typeof SCOPES)[number];

/** A token as it is configured: its SHA-256, never itself. */
export interface TokenEntry {
  name: string;
  scopes: readonly Scope[];
  digest: Buffer;
}

const ENTRY = /^([A-Za-z0-9._-]{1,100}):([a-z]+(?:\+[a-z]+)*):([0-9a-f]{64})$/i;

/**
 * Reads entries `name:scope[+scope]:sha256hex`, separated by commas or newlines.
 * @throws {Error} naming the place of a bad entry, not its text
 */
export function parseTokenEntries(text: string): TokenEntry[] {
  return text
    .split(/[,\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry, index) => {
      const [, name = '', scopes = '', digest = ''] = ENTRY.exec(entry) ?? [];
      if (name === '') throw new Error(`entry ${index + 1} is not name:scope[+scope]:sha256hex`);
      return {
        name,
        scopes: scopes.split('+').map((scope) => known(scope, index)),
        digest: Buffer.from(digest, 'hex'),
      };
    });
}

function known(scope: string, index: number): Scope {
  const found = SCOPES.find((name) => name === scope);
  if (found === undefined)
    throw new Error(`entry ${index + 1} has a scope other than ${SCOPES.join(' and ')}`);
  return found;
}
