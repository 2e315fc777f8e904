import type { Options } from 'tsup';

/**
 * A Lambda bundle is one file. The engine is another beside it, for the functions that look into tables: those that do
 * not would only grow by it.
 */
export const engineBeside: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'engine-beside',
  setup(build) {
    build.onResolve({ filter: /\/open-engine\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './open-engine.mjs', external: true } : null,
    );
  },
};
