import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createCRC32 } from 'hash-wasm';

/** What the storage says of an archive, base64 as in `x-goog-hash`; composite objects have no md5. */
export interface ExpectedHashes {
  md5: string | null;
  crc32c: string | null;
}

export interface ArchiveHash {
  update(chunk: Uint8Array): void;
  /** Null when it matches, otherwise which sum does not; once. */
  mismatch(): string | null;
}

const CASTAGNOLI = 0x82f63b78;

/** md5 where there is one, crc32c otherwise: each alone proves what it can, and both cost time. */
export async function createArchiveHash({ md5, crc32c }: ExpectedHashes): Promise<ArchiveHash> {
  if (md5 !== null) {
    const hash = createHash('md5');
    return {
      update: (chunk) => hash.update(chunk),
      mismatch: () => (hash.digest('base64') === md5 ? null : 'md5'),
    };
  }
  if (crc32c === null) return { update() {}, mismatch: () => null };
  const hash = (await createCRC32(CASTAGNOLI)).init();
  return {
    update: (chunk) => hash.update(chunk),
    mismatch: () => (Buffer.from(hash.digest('binary')).toString('base64') === crc32c ? null : 'crc32c'),
  };
}

/** Takes what an earlier attempt wrote into the sum. */
export async function hashFile(path: string, hash: ArchiveHash, signal: AbortSignal): Promise<void> {
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal })) hash.update(chunk);
}
