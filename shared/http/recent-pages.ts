/** Characters of addresses and bodies, one or two bytes each: what some 250 pages of 100 datasets have. */
const MOST = 8 * 1024 * 1024;
/** A larger body is not kept. */
const LARGEST = 256 * 1024;
/** Of an entry besides its texts. */
const ENTRY = 128;
/** Of addresses that were asked for. */
const MARKS = 4_096;
/** Milliseconds. A database that was restored may give the same version to another row. */
const LONGEST = 10_000;

/**
 * Bodies of pages that were asked for more than once in some seconds; the longest unasked leave first. What is kept is
 * never sent unless the database has just told the same entity tag.
 */
export interface RecentPages {
  /** Whether there is a body of this address, of whatever tag. */
  has(address: string): boolean;
  find(address: string, etag: string): string | undefined;
  /** Nothing, the first time: a walk through a list requests each page once. */
  keep(address: string, etag: string, body: string): void;
}

declare module './dependencies.ts' {
  interface Dependencies {
    recent: RecentPages;
  }
}

interface Page {
  etag: string;
  body: string;
  read: number;
}

export function createRecentPages(now = () => performance.now()): RecentPages {
  const pages = new Map<string, Page>();
  // Numbers, which the collector of garbage does not look at: to keep each address costs a walk through a list a tenth.
  const asked = new Uint32Array(MARKS);
  /** Whether it was asked for before, as far as is known: two addresses may have one mark. */
  const isKnown = (address: string) => {
    const mark = markOf(address);
    const place = mark % MARKS;
    if (asked[place] === mark) return true;
    asked[place] = mark;
    return false;
  };
  let size = 0;
  const drop = (address: string) => {
    const page = pages.get(address);
    if (!page) return;
    size -= sizeOf(address, page);
    pages.delete(address);
  };
  const put = (address: string, page: Page) => {
    drop(address);
    pages.set(address, page);
    size += sizeOf(address, page);
  };
  const bodyOf = (address: string) => {
    const page = pages.get(address);
    return page && now() - page.read < LONGEST ? page.body : null;
  };
  return {
    has: (address) => bodyOf(address) !== null,
    find(address, etag) {
      const page = pages.get(address);
      const body = bodyOf(address);
      if (page?.etag !== etag || body === null) return undefined;
      put(address, page);
      return body;
    },
    keep(address, etag, body) {
      if (!isKnown(address) || body.length > LARGEST) return drop(address);
      put(address, { etag, body, read: now() });
      for (const oldest of pages.keys()) {
        if (size <= MOST) break;
        drop(oldest);
      }
    },
  };
}

function sizeOf(address: string, { body }: Page): number {
  return ENTRY + address.length + body.length;
}

/** FNV-1a. */
function markOf(address: string): number {
  let mark = 2_166_136_261;
  for (let at = 0; at < address.length; at++) mark = Math.imul(mark ^ address.charCodeAt(at), 16_777_619);
  return mark >>> 0;
}
