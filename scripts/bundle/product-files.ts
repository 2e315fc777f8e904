import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Options } from 'tsup';

const LIST = 'product-files.txt';

/** Lists beside the bundles what esbuild wrote of the product, one name a line: what an image has to hold, whatever it is. */
export const productFiles: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'product-files',
  setup(build) {
    build.initialOptions.metafile = true;
    build.onEnd(({ metafile }) => {
      const files = Object.keys(metafile?.outputs ?? {}).filter((file) => !file.endsWith('.map'));
      const [first] = files;
      if (first !== undefined)
        writeFileSync(
          join(dirname(first), LIST),
          files
            .map((file) => `${basename(file)}\n`)
            .toSorted()
            .join(''),
        );
    });
  },
};
