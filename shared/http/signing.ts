import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** What is signed. Each purpose has keys of its own, so that a signature of one is worth nothing to another. */
export type Purpose = 'downloads' | 'sessions' | 'logins';

export interface Signing {
  /** A signature of `text`, 43 characters of base64url. */
  sign(purpose: Purpose, text: string): Promise<string>;
  /** Whether it was signed with any of the keys that are valid. */
  verify(purpose: Purpose, text: string, signature: string): Promise<boolean>;
}

declare module './dependencies.ts' {
  interface Dependencies {
    signing: Signing;
  }
}

/** Signs with the first of the keys that `load` gives. They are loaded when first needed, and again after a failure. */
export function createSigning(load: () => Promise<readonly (string | Buffer)[]>): Signing {
  let loading: Promise<readonly (string | Buffer)[]> | null = null;
  const derived = new Map<Purpose, readonly Buffer[]>();
  const keysFor = async (purpose: Purpose): Promise<readonly Buffer[]> => {
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
      const [key] = await keysFor(purpose);
      if (!key) throw new Error('there is no key to sign with');
      return mac(key, text).toString('base64url');
    },
    async verify(purpose, text, signature) {
      const given = Buffer.from(signature, 'base64url');
      const keys = await keysFor(purpose);
      return keys.map((key) => isEqual(mac(key, text), given)).some(Boolean);
    },
  };
}

function mac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function isEqual(wanted: Buffer, given: Buffer): boolean {
  return given.length === wanted.length && timingSafeEqual(wanted, given);
}
