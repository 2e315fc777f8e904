import type { Readable } from 'node:stream';

/** How a browser can take a file: as it is, or compressed. */
export type Coding = 'br' | 'gzip' | 'identity';

export interface AssetFile {
  mediaType: string;
  /** Bytes in each coding that there is. */
  sizes: Readonly<Partial<Record<Coding, number>>>;
  open(coding: Coding): Readable;
}

/** The scripts, styles and pictures of the pages. */
export interface AssetSet {
  /** The name of a file as it is now, which changes with its content: `main.js` is `main-1A2B3C4D.js`. */
  names: ReadonlyMap<string, string>;
  /** By names as they are now. */
  files: ReadonlyMap<string, AssetFile>;
}

export interface Assets {
  /** Loaded when they are first needed. */
  load(): Promise<AssetSet>;
}

declare module '#shared/http/dependencies.ts' {
  interface Dependencies {
    assets: Assets;
  }
}

export const ASSETS = '/ui/assets';

/** Where a browser finds an asset. The name without its hash works too, but is looked up again each time. */
export function assetUrl({ names }: Pick<AssetSet, 'names'>, name: string): string {
  return `${ASSETS}/${names.get(name) ?? name}`;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
};

export function mediaTypeOf(file: string): string {
  return MEDIA_TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}
