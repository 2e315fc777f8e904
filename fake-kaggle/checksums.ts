import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createCRC32 } from 'hash-wasm';

/** As `x-goog-hash` carries them: base64. */
export interface Checksums {
  md5: string;
  crc32c: string;
}

const CASTAGNOLI = 0x82f63b78;

export async function checksumsOf(path: string): Promise<Checksums> {
  const md5 = createHash('md5');
  const crc32c = (await createCRC32(CASTAGNOLI)).init();
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    md5.update(chunk);
    crc32c.update(chunk);
  }
  return { md5: md5.digest('base64'), crc32c: Buffer.from(crc32c.digest('hex'), 'hex').toString('base64') };
}
