import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Options } from 'tsup';
import { type AssetSet, mediaTypeOf } from '#web/asset-store.ts';
import { NOTICES, noticesOf, packagesOf } from './third-party-licences.ts';

// tsup bundles its configuration: of this file's own place only import.meta.url remains.
const FOLDER = fileURLToPath(new URL('../../web/assets', import.meta.url));
const ENTRIES = [
  'main.ts',
  'theme.ts',
  'data-table.ts',
  'sql-editor.ts',
  'try-it.ts',
  'web.css',
  'api.css',
  'icon.svg',
];

/** What browsers load, by names that change with the content. */
async function bundle() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: FOLDER,
    entryPoints: ENTRIES.map((name) => join(FOLDER, name)),
    outdir: '/',
    entryNames: '[name]-[hash]',
    chunkNames: 'chunk-[hash]',
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    charset: 'utf8',
    legalComments: 'none',
    loader: { '.svg': 'copy' },
    logLevel: 'error',
  });
  const names = Object.entries(metafile.outputs).flatMap(([path, { entryPoint, inputs }]) => {
    // A file that is only copied counts as no entry.
    const source = entryPoint ?? (path.endsWith('.svg') ? Object.keys(inputs)[0] : undefined);
    return source === undefined ? [] : [[basename(source).replace(/\.ts$/, '.js'), basename(path)] as const];
  });
  const files = outputFiles.map(
    ({ path, contents }) => [basename(path), Buffer.from(contents)] as [string, Buffer],
  );
  const packages = [...packagesOf(metafile.inputs)].map((folder) => join(FOLDER, folder));
  files.push([NOTICES, Buffer.from(noticesOf(new Set(packages)))]);
  return { names: new Map(names), files: new Map(files) };
}

/** For a process that runs from source. */
export async function assetsInMemory(): Promise<AssetSet> {
  const { names, files } = await bundle();
  return {
    names,
    files: new Map(
      [...files].map(([name, content]) => [
        name,
        {
          mediaType: mediaTypeOf(name),
          sizes: { identity: content.length },
          open: () => Readable.from([content]),
        },
      ]),
    ),
  };
}

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/** Puts them into a folder of what is built, each compressed as well. */
export function webAssets(folder: string): Plugin {
  return {
    name: 'web-assets',
    setup({ initialOptions, onEnd }) {
      onEnd(async () => {
        const target = join(initialOptions.outdir ?? '', folder);
        const { names, files } = await bundle();
        rmSync(target, { recursive: true, force: true });
        mkdirSync(target, { recursive: true });
        for (const [name, content] of files) {
          writeFileSync(join(target, name), content);
          writeFileSync(join(target, `${name}.br`), brotliCompressSync(content));
          writeFileSync(join(target, `${name}.gz`), gzipSync(content, { level: 9 }));
        }
        writeFileSync(join(target, 'manifest.json'), JSON.stringify(Object.fromEntries(names)));
      });
    },
  };
}
