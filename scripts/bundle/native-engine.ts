import { constants, copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/** The engine's native files, which find each other only in one folder. */
const NATIVE = /^(duckdb\.node|libduckdb\..+)$/;
const REQUIRED = './native/duckdb.node';

/** The package of this platform's native files: an image is built on the architecture that it is for. */
export function nativePackage(): string {
  const { resolve } = createRequire(import.meta.url);
  return dirname(resolve(`@duckdb/node-bindings-${process.platform}-${process.arch}/duckdb.node`));
}

/** Whether an output of esbuild's needs them. */
export function needsNative(imports: readonly { path: string }[]): boolean {
  return imports.some(({ path }) => path === REQUIRED);
}

/** No bundle holds native code: the files lie in `native/`, beside the bundles that need them. */
export const nativeEngine: Plugin = {
  name: 'native-engine',
  setup(build) {
    build.initialOptions.metafile = true;
    build.onResolve({ filter: /^@duckdb\/node-bindings$/ }, () => ({ path: REQUIRED, external: true }));
    build.onEnd(({ metafile }) => {
      const outputs = Object.entries(metafile?.outputs ?? {});
      const folders = new Set(
        outputs.filter(([, { imports }]) => needsNative(imports)).map(([path]) => dirname(path)),
      );
      for (const folder of folders) copyNative(join(folder, 'native'));
    });
  },
};

function copyNative(target: string): void {
  const source = nativePackage();
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(source).filter((file) => NATIVE.test(file)))
    copyFileSync(join(source, name), join(target, name), constants.COPYFILE_FICLONE);
}
