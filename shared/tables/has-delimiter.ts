import { open } from 'node:fs/promises';

const HEAD = 65_536;
/** Comma, tabulator, semicolon, bar. */
const DELIMITERS = [0x2c, 0x09, 0x3b, 0x7c];

/** Whether the beginning of a text has any character that could part columns, in whatever encoding. */
export async function hasDelimiter(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    const head = buffer.subarray(0, bytesRead);
    return DELIMITERS.some((delimiter) => head.includes(delimiter));
  } finally {
    await file.close();
  }
}
