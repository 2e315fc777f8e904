import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type AssetFile, type AssetSet, type Assets, type Coding, mediaTypeOf } from '#web/asset-store.ts';

/** Beside the bundle that this is a part of. */
const BUILT = join(import.meta.dirname, 'web');
/** Only where there is source: no bundle holds a bundler. */
const BUNDLER = '../../scripts/bundle/web-assets.ts';
const SUFFIXES = { identity: '', br: '.br', gzip: '.gz' } as const;

let loading: Promise<AssetSet> | undefined;

/** As they were built; from source they are bundled in memory, once for a process. */
export const assets: Assets = {
  load() {
    loading ??= existsSync(join(BUILT, 'manifest.json'))
      ? Promise.resolve(readBuilt(BUILT))
      : import(new URL(BUNDLER, import.meta.url).href).then(({ assetsInMemory }) => assetsInMemory());
    return loading;
  },
};

function readBuilt(folder: string): AssetSet {
  const names = new Map(
    Object.entries(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<string, string>),
  );
  const files = readdirSync(folder).filter((name) => !/\.(json|br|gz)$/.test(name));
  return { names, files: new Map(files.map((name) => [name, fileAt(join(folder, name))])) };
}

function fileAt(path: string): AssetFile {
  const there = Object.entries(SUFFIXES).filter(([, suffix]) => existsSync(path + suffix));
  return {
    mediaType: mediaTypeOf(path),
    sizes: Object.fromEntries(there.map(([coding, suffix]) => [coding, statSync(path + suffix).size])),
    open: (coding: Coding) => createReadStream(path + SUFFIXES[coding]),
  };
}
