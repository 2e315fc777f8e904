/** As their own clients are given them; a token wins. */
export interface Credentials {
  token?: string | undefined;
  username?: string | undefined;
  key?: string | undefined;
}

/** The Authorization field: Bearer for tokens, also when one was given as the key; Basic of old; null for nobody. */
export function authorization({ token, username, key }: Credentials): string | null {
  if (token !== undefined) return `Bearer ${token}`;
  if (key?.startsWith('KGAT_')) return `Bearer ${key}`;
  if (username === undefined || key === undefined) return null;
  return `Basic ${Buffer.from(`${username}:${key}`).toString('base64')}`;
}
