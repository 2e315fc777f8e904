/** A Kaggle dataset, and the version of it that an address pins. Owner and slug in lower case. */
export interface KaggleSource {
  owner: string;
  slug: string;
  /** `owner/slug` */
  ref: string;
  pinnedVersion: number | null;
}

const HOSTS = new Set(['kaggle.com', 'www.kaggle.com']);
const NAME = /^[A-Za-z0-9_-]{1,100}$/;
const VERSION = /^[1-9]\d{0,8}$/;

/** First segments of kaggle.com that are no owners; of old a dataset's page was `/owner/slug`. */
const NOT_OWNERS = new Set(
  'competitions code models discussions organizations learn docs datasets search settings notebooks kernels c'.split(
    ' ',
  ),
);

/** Reads the address of a dataset's page on Kaggle; null for every other address. */
export function parseSourceUrl(address: string | null): KaggleSource | null {
  if (address === null || !URL.canParse(address)) return null;
  const { protocol, hostname, pathname } = new URL(address);
  if ((protocol !== 'http:' && protocol !== 'https:') || !HOSTS.has(hostname)) return null;
  const [first = '', ...rest] = pathname.split('/').filter((segment) => segment !== '');
  const segments = first === 'datasets' ? rest : NOT_OWNERS.has(first) ? [] : [first, ...rest];
  const [owner = '', slug = '', versions, version = ''] = segments;
  if (!NAME.test(owner) || !NAME.test(slug)) return null;
  const pinned = versions === 'versions' && VERSION.test(version);
  const lower = { owner: owner.toLowerCase(), slug: slug.toLowerCase() };
  return { ...lower, ref: `${lower.owner}/${lower.slug}`, pinnedVersion: pinned ? Number(version) : null };
}
