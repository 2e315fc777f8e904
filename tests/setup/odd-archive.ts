/** An archive as it is found in the wild, or as an attacker makes it, and what is to become of it. */
export interface OddArchive {
  what: string;
  archive: Buffer;
  /** The content by path, or why there is none. */
  expected: Record<string, string> | 'refused' | 'damaged';
  /** What kagglehub has of it: the same; something else, and why we do not follow; or nothing, as it fails. */
  kagglehub: 'same' | 'nothing' | `other: ${string}`;
  /** The first Python 3 of which this is so. */
  from?: number;
  /** A Python 3 some releases of which have a fault. */
  notIn?: number;
}
