import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { seal, unseal } from './sealing.ts';

/** What is signed, and what is sealed. Each purpose has keys of its own, so that a value of one is worth nothing to another. */
type Signed = 'downloads' | 'logins';
type Sealed = 'sessions';

export interface Signing {
  /** A signature of `text`, 43 characters of base64url. */
  sign(purpose: Signed, text: string): Promise<string>;
  /** Whether it was signed with any of the keys that are valid. */
  verify(purpose: Signed, text: string, signature: string): Promise<boolean>;
  /** `text` in base64url, such that nobody else can read or change it. */
  seal(purpose: Sealed, text: string): Promise<string>;
  /** What was sealed with any of the keys that are valid; null for anything else. */
  unseal(purpose: Sealed, value: string): Promise<string | null>;
}

declare module './dependencies.ts' {
  interface Dependencies {
    signing: Signing;
  }
}

/** Signs and seals with the first of the keys that `load` gives. They are loaded when first needed, and again after a failure. */
export function createSigning(load: () => Promise<readonly (string | Buffer)[]>): Signing {
  let loading: Promise<readonly (string | Buffer)[]> | null = null;
  const derived = new Map<string, readonly Buffer[]>();
  const keysFor = async (purpose: Signed | `sealed ${Sealed}`): Promise<readonly Buffer[]> => {
    const known = derived.get(purpose);
    if (known) return known;
    loading ??= load().finally(() => {
      loading = null;
    });
    const keys = (await loading).map((key) =>
      Buffer.from(hkdfSync('sha256', key, '', `kaggle-data-api ${purpose}`, 32)),
    );
    derived.set(purpose, keys);
    return keys;
  };
  return {
    async sign(purpose, text) {
      return mac(first(await keysFor(purpose)), text).toString('base64url');
    },
    async verify(purpose, text, signature) {
      const given = Buffer.from(signature, 'base64url');
      const keys = await keysFor(purpose);
      return keys.map((key) => isEqual(mac(key, text), given)).some(Boolean);
    },
    async seal(purpose, text) {
      return seal(first(await keysFor(`sealed ${purpose}`)), text);
    },
    async unseal(purpose, value) {
      const keys = await keysFor(`sealed ${purpose}`);
      return keys.map((key) => unseal(key, value)).find((text) => text !== null) ?? null;
    },
  };
}

function first(keys: readonly Buffer[]): Buffer {
  const [key] = keys;
  if (!key) throw new Error('there is no key to sign with');
  return key;
}

function mac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function isEqual(wanted: Buffer, given: Buffer): boolean {
  return given.length === wanted.length && timingSafeEqual(wanted, given);
}
