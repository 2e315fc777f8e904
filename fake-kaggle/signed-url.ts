import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const ALGORITHM = 'GOOG4-RSA-SHA256';
const LIFETIME = 259_200;

export interface Signer {
  /** The address of an object, good for three days, in the form of a V4 signed URL. */
  sign(origin: string, path: string): string;
  check(address: URL): 'valid' | 'expired' | 'forged';
}

export function createSigner(): Signer {
  const secret = randomBytes(32);
  const signature = (path: string, query: URLSearchParams) =>
    createHmac('sha256', secret)
      .update(`${path}\n${query.get('X-Goog-Date')}\n${query.get('X-Goog-Expires')}`)
      .digest();
  return {
    sign(origin, path) {
      const query = new URLSearchParams({
        'X-Goog-Algorithm': ALGORITHM,
        'X-Goog-Credential': 'fake-kaggle@example.invalid/auto/storage/goog4_request',
        'X-Goog-Date': new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
        'X-Goog-Expires': String(LIFETIME),
        'X-Goog-SignedHeaders': 'host',
      });
      query.set('X-Goog-Signature', signature(path, query).toString('hex'));
      return `${origin}${path}?${query}`;
    },
    check({ pathname, searchParams }) {
      const given = Buffer.from(searchParams.get('X-Goog-Signature') ?? '', 'hex');
      const wanted = signature(pathname, searchParams);
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return 'forged';
      const date = (searchParams.get('X-Goog-Date') ?? '').replace(
        /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
        '$1-$2-$3T$4:$5:$6Z',
      );
      const end = Date.parse(date) + Number(searchParams.get('X-Goog-Expires')) * 1_000;
      return Date.now() <= end ? 'valid' : 'expired';
    },
  };
}
