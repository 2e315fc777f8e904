import { createHash } from 'node:crypto';

export const TOKENS = { writer: 'w'.repeat(43), reader: 'r'.repeat(43) };

const entry = (name: string, scopes: string, token: string) =>
  `${name}:${scopes}:${createHash('sha256').update(token).digest('hex')}`;

/** API_TOKENS for these. */
export const ENTRIES = [entry('grace', 'read+write', TOKENS.writer), entry('ada', 'read', TOKENS.reader)];
