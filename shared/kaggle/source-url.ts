/** A Kaggle dataset, and the version of it that an address pins. Owner and slug in lower case. */
export interface KaggleSource {
  owner: string;
  slug: string;
  /** `owner/slug` */
  ref: string;
  /** `owner/slug` as the address has it. */
  spelling: string;
  pinnedVersion: number | null;
}

const HOSTS = new Set(['kaggle.com', 'www.kaggle.com']);
const NAME = /^[A-Za-z0-9_-]{1,100}$/;
const MAX_VERSION = 2_147_483_647;

/** First segments of kaggle.com that are no owners; of old a dataset's page was `/owner/slug`. Nor are languages (`/en`). */
const NOT_OWNERS =
  words(`account api benchmarks c code competitions datasets discussions docs kernels learn me models
  notebooks organizations product-feedback rankings search settings work`);
/** Pages of an owner, and discussions by number. */
const NOT_SLUGS = words('code collections competitions datasets discussion followers');
/** Parts of a dataset's page. */
const TABS = words('code data discussion');

/** Reads the address of a dataset's page on Kaggle, or of its download; null for every other address, and for a pin that is no version. */
export function parseSourceUrl(address: string | null): KaggleSource | null {
  const found = read(address);
  return found === null || found.pinnedVersion === 'malformed' ? null : (found as KaggleSource);
}

/** Whether an address names a dataset, and a version that cannot be: `/versions/01`, or two at once. */
export function hasMalformedPin(address: string | null): boolean {
  return read(address)?.pinnedVersion === 'malformed';
}

type Read = Omit<KaggleSource, 'pinnedVersion'> & { pinnedVersion: number | 'malformed' | null };

function read(address: string | null): Read | null {
  const url = address === null ? null : URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol) || !HOSTS.has(url.hostname)) return null;
  if (url.port !== '' || url.username !== '' || url.password !== '') return null;
  const page = pageOf(segmentsOf(url.pathname));
  if (page === null || !NAME.test(page.owner) || !NAME.test(page.slug)) return null;
  const pins = pinsOf(page.tail, url.searchParams);
  if (pins === null) return null;
  const spelling = `${page.owner}/${page.slug}`;
  const lower = {
    owner: page.owner.toLowerCase(),
    slug: page.slug.toLowerCase(),
    ref: spelling.toLowerCase(),
  };
  return { ...lower, spelling, pinnedVersion: toVersion(pins) };
}

/** Decoded; none for a path that cannot be. */
function segmentsOf(pathname: string): string[] {
  try {
    const segments = pathname.split('/').slice(1);
    while (segments.at(-1) === '') segments.pop();
    return segments.map(decodeURIComponent);
  } catch {
    return [];
  }
}

/** The tail is null where whatever follows is a file of the dataset. */
function pageOf(segments: string[]): { owner: string; slug: string; tail: string[] | null } | null {
  const [owner = '', slug = '', ...tail] = segments;
  const begins = (...names: string[]) => names.every((name, at) => segments[at]?.toLowerCase() === name);
  if (begins('api', 'v1', 'datasets')) {
    const [, , , verb = '', of = '', name = '', ...rest] = segments;
    if (verb.toLowerCase() === 'download') return { owner: of, slug: name, tail: null };
    return verb.toLowerCase() === 'view' && rest.length === 0 ? { owner: of, slug: name, tail: [] } : null;
  }
  if (begins('datasets')) {
    const [of = '', name = '', ...rest] = segments.slice(1);
    return { owner: of, slug: name, tail: rest };
  }
  if (NOT_OWNERS.has(owner.toLowerCase()) || /^[a-z]{2}$/i.test(owner)) return null;
  return NOT_SLUGS.has(slug.toLowerCase()) || /^\d+$/.test(slug) ? null : { owner, slug, tail };
}

/** What an address says of versions, by its path and by its query; null for a page that is not the dataset's own. */
function pinsOf(tail: string[] | null, query: URLSearchParams): string[] | null {
  // Kaggle's clients have spelled it in three ways.
  const asked = [...query].filter(
    ([name]) => name.replaceAll('_', '').toLowerCase() === 'datasetversionnumber',
  );
  const pins = asked.map(([, value]) => value);
  const rest = [...(tail ?? [])];
  if (/^versions?$/i.test(rest[0] ?? '') && rest[1] !== undefined) pins.push(...rest.splice(0, 2).slice(1));
  if (TABS.has(rest[0]?.toLowerCase() ?? '')) rest.shift();
  return rest.length === 0 ? pins : null;
}

function toVersion(pins: readonly string[]): number | 'malformed' | null {
  const [pin] = pins;
  if (pin === undefined) return null;
  const version = Number(pin);
  return /^[1-9]\d{0,9}$/.test(pin) && version <= MAX_VERSION && pins.every((other) => other === pin)
    ? version
    : 'malformed';
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}
