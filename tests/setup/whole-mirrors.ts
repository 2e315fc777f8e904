import { hash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { TestApi } from './api.ts';
import { type Mirror, readTree } from './mirror.ts';

type Content = Record<string, string | Buffer>;

/** Looks whether what is on the volume is what Kaggle has, and nothing else. */
export function wholeMirrors(mirror: Mirror, api: TestApi) {
  const folder = (ref: string) => join(mirror.volume, 'datasets', ref);
  const work = (ref: string) => join(mirror.volume, '.mirror/work', ref);
  const sums = (files: Content) =>
    Object.fromEntries(Object.entries(files).map(([path, content]) => [path, hash('sha256', content)]));
  const published = async (ref: string) => {
    const tree = await readTree(join(folder(ref), 'versions/1'));
    return sums(
      Object.fromEntries(Object.entries(tree).map(([path, text]) => [path, Buffer.from(text, 'latin1')])),
    );
  };
  return {
    folder,
    work,
    sums,
    published,
    /** All of these are on the volume as Kaggle has them, recorded, and nothing else is. */
    async complete(refs: readonly string[], content: Content) {
      const expected = sums(content);
      const { mirrors } = (await api.get('/mirrors?limit=500')).json();
      for (const ref of refs) {
        expect(await published(ref), ref).toEqual(expected);
        expect((await readdir(folder(ref))).sort(), ref).toEqual(['1.complete', 'versions']);
        expect(await readdir(join(folder(ref), 'versions')), ref).toEqual(['1']);
        expect(await readTree(work(ref)), ref).toEqual({});
        const row = mirrors.find((candidate: { ref: string }) => candidate.ref === ref);
        expect(row, ref).toMatchObject({ state: 'ready', version: 1, last_error: null });
      }
      expect(await readTree(join(mirror.volume, '.mirror/trash'))).toEqual({});
    },
  };
}

const AT_ONCE = 4;

export async function eachAtOnce<Item>(items: readonly Item[], act: (item: Item) => Promise<unknown>) {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await act(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
