import type { FileHandle } from 'node:fs/promises';
import { RandomAccessReader } from 'yauzl';

const WINDOW = 1 << 20;

/** yauzl reads each entry of the directory by two small reads: one large one serves thousands of them. */
export class BufferedReader extends RandomAccessReader {
  readonly #file: FileHandle;
  readonly #size: number;
  #window = Buffer.alloc(0);
  #start = 0;
  /** Behind what was read last. */
  position = 0;

  constructor(file: FileHandle, size: number) {
    super();
    this.#file = file;
    this.#size = size;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    this.position = position + length;
    this.#load(position, length).then(
      (at) => callback(null, this.#window.copy(buffer, offset, at, at + length)),
      callback,
    );
  }

  async #load(position: number, length: number): Promise<number> {
    if (position < this.#start || position + length > this.#start + this.#window.length) {
      const wanted = Math.min(Math.max(length, WINDOW), this.#size - position);
      const window = Buffer.alloc(Math.max(0, wanted));
      const { bytesRead } = await this.#file.read(window, 0, window.length, position);
      this.#window = window.subarray(0, bytesRead);
      this.#start = position;
    }
    return position - this.#start;
  }
}
