import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
/** Bytes. */
const NONCE = 12;
const TAG = 16;

/** `text` by AES-256-GCM under a key of 32 bytes, as nonce, ciphertext and tag in base64url. */
export function seal(key: Buffer, text: string): string {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(CIPHER, key, nonce);
  const sealed = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(sealed).toString('base64url');
}

/** What was sealed under this key; null for anything else. */
export function unseal(key: Buffer, value: string): string | null {
  const bytes = Buffer.from(value, 'base64url');
  // Node ignores what is no base64url, so that many values would stand for one.
  if (bytes.length < NONCE + TAG || bytes.toString('base64url') !== value) return null;
  const cipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE), { authTagLength: TAG });
  cipher.setAuthTag(bytes.subarray(-TAG));
  try {
    return Buffer.concat([cipher.update(bytes.subarray(NONCE, -TAG)), cipher.final()]).toString();
  } catch {
    return null;
  }
}
