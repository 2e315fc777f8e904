import type { Coding } from './asset-store.ts';

/** Best first. */
const CODINGS = ['br', 'gzip'] as const;

/** The coding that Accept-Encoding allows and that there is (RFC 9110, section 12.5.3); `identity` is always good enough. */
export function codingFor(
  accepted: string | string[] | undefined,
  there: Readonly<Partial<Record<Coding, unknown>>>,
): Coding {
  const offers = String(accepted ?? '')
    .toLowerCase()
    .split(',')
    .map((offer) => offer.trim().split(/\s*;\s*q=/))
    .filter(([, weight = '1']) => Number(weight) > 0)
    .map(([name]) => name);
  return CODINGS.find((coding) => coding in there && offers.includes(coding)) ?? 'identity';
}
