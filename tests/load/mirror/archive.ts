import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

export interface Shape {
  files: number;
  /** Of all files together, unpacked. */
  bytes: number;
}

/** A zip of tables of numbers, which deflate to about half, as data does. */
export async function makeArchive(path: string, { files, bytes }: Shape): Promise<void> {
  const zip = new ZipFile();
  const written = pipeline(zip.outputStream, createWriteStream(path));
  const size = Math.max(1, Math.floor(bytes / files));
  const block = table(Math.min(size, 1 << 20));
  for (let index = 0; index < files; index++) {
    const name = `part-${String(index % 50).padStart(2, '0')}/table-${index}.csv`;
    // Only when its turn comes: each file being packed takes memory of its own.
    zip.addReadStreamLazy(name, { compressionLevel: 1 }, (use) => {
      const parts = Array.from({ length: Math.ceil(size / block.length) }, () => block);
      use(null, Readable.from([Buffer.concat([Buffer.from(`${index}\n`), ...parts]).subarray(0, size)]));
    });
  }
  zip.end();
  await written;
}

function table(size: number): Buffer {
  let seed = 7;
  let text = '';
  while (text.length < size) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    text += `${seed % 100_000},${(seed % 977) / 10},${seed % 2 ? 'rain' : 'sun'}\n`;
  }
  return Buffer.from(text.slice(0, size));
}
