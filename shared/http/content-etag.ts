import { hash } from 'node:crypto';

/** A strong tag from what is sent, for things without a version of their own. */
export function contentEtag(body: unknown): string {
  return `"${hash('sha256', JSON.stringify(body), 'base64url').slice(0, 27)}"`;
}
