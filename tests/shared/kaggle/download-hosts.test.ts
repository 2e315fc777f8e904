import { describe, expect, it } from 'vitest';
import { createHostCheck } from '#shared/kaggle/download-hosts.ts';

const STORAGE = 'storage.googleapis.com';
// Also names that nobody should allow: being on the list does not make a host of this network one of the world's.
const INTERNAL = [
  '169.254.169.254',
  '127.0.0.1',
  '10.0.0.1',
  '[::1]',
  '[fd00::1]',
  '[::ffff:7f00:1]',
  'localhost',
  'postgres',
  'postgres.default.svc',
  'postgres.default.svc.cluster.local',
  'metadata.google.internal',
];

describe('an address that Kaggle redirects to', () => {
  const check = createHostCheck('https://api.kaggle.com/v1', [STORAGE, 'mirror.example:8443', ...INTERNAL]);
  const verdict = (address: string) => {
    try {
      check(new URL(address));
      return 'allowed';
    } catch (error) {
      return (error as Error & { failure: string }).failure + (error as Error).message;
    }
  };

  it.each([
    `https://${STORAGE}/bucket/a.zip?X-Goog-Signature=ab`,
    `https://${STORAGE}:443/a.zip`,
    `HTTPS://${STORAGE.toUpperCase()}/a.zip`,
    'https://mirror.example:8443/a.zip',
  ])('is fetched: %s', (address) => {
    expect(verdict(address)).toBe('allowed');
  });

  it.each([
    `http://${STORAGE}/a.zip`,
    `ftp://${STORAGE}/a.zip`,
    'file:///etc/passwd',
    'data:application/zip;base64,UEsFBg',
  ])('is not https: %s', (address) => {
    expect(verdict(address)).toMatch(/^untrusted.* not https$/);
  });

  it.each([
    'https://evil.example/a.zip',
    `https://evil-${STORAGE}/a.zip`,
    `https://evil.${STORAGE}/a.zip`,
    `https://${STORAGE}.evil.example/a.zip`,
    `https://${STORAGE}./a.zip`,
    `https://evil.example/${STORAGE}`,
    `https://evil.example#@${STORAGE}/`,
    `https://evil.example\\@${STORAGE}/`,
    `https://${STORAGE}@evil.example/`,
    `https://${STORAGE}:22/a.zip`,
    `https://${STORAGE}:8443/a.zip`,
    'https://mirror.example/a.zip',
    'https://mirror.example:9/a.zip',
    'https://api.kaggle.com/a.zip',
    'https://192.168.0.1/a.zip',
    'https://[2001:db8::1]/a.zip',
  ])('is on no list: %s', (address) => {
    expect(verdict(address)).toMatch(/^untrusted.* does not name$/);
  });

  // Other spellings of 127.0.0.1 too.
  it.each([...INTERNAL, '2130706433', '0x7f000001', '0177.0.0.1', '127.1'])(
    'is of this network, though it is on the list: %s',
    (host) => {
      expect(verdict(`https://${host}/a.zip`)).toMatch(/^untrusted.* of this network$/);
    },
  );

  it.each(['user:secret@', 'user@', ':secret@'])('holds credentials: %s', (credentials) => {
    expect(verdict(`https://${credentials}${STORAGE}/a.zip`)).toMatch(/^untrusted.* with credentials/);
    expect(verdict(`https://${credentials}${STORAGE}/a.zip`)).not.toContain('secret');
  });
});
