import { hash } from 'node:crypto';

/** A strong tag from what is sent, for things without a version of their own. */
export function contentEtag(text: string): string {
  return `"${hash('sha256', text, 'base64url').slice(0, 27)}"`;
}
