import type { Options } from 'tsup';

/**
 * The ES modules of some instrumentations call a require() of their own making, which no bundler sees; their CommonJS
 * twins call the real one.
 */
export const requireInstrumentations: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'require-instrumentations',
  setup(build) {
    build.onResolve({ filter: /^@opentelemetry\/auto-instrumentations-node$/ }, ({ path, kind, ...args }) =>
      kind === 'require-call' ? null : build.resolve(path, { ...args, kind: 'require-call' }),
    );
  },
};
