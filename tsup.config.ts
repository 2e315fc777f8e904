import { globSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { defineConfig, type Options } from 'tsup';
import { thirdPartyLicences } from './scripts/third-party-licences.ts';

const lambdas = globSync('functions/*/lambda.ts').map((file) => [`lambda/${file.split('/')[1]}`, file]);
const fake = globSync('tests/fake-kaggle/main.ts').map((file) => ['test/fake-kaggle', file]);
const jobs = globSync('functions/*/main.ts').map((file) => [file.split('/')[1], file]);

/**
 * An ES module that imports `node:http` or `node:crypto` makes Node read each of its exports, and those that are loaded
 * on demand (undici, Web Crypto) with them: a sixth of a cold start. require() does not.
 */
const requireBuiltins: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'require-builtins',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, kind }) => {
      if (!isBuiltin(path)) return null;
      return kind === 'import-statement' ? { path, namespace: 'builtin' } : { path, external: true };
    });
    build.onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)})`,
    }));
  },
};

/**
 * The ES modules of some instrumentations call a require() of their own making, which no bundler sees; their CommonJS
 * twins call the real one.
 */
const requireInstrumentations: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'require-instrumentations',
  setup(build) {
    build.onResolve({ filter: /^@opentelemetry\/auto-instrumentations-node$/ }, ({ path, kind, ...args }) =>
      kind === 'require-call' ? null : build.resolve(path, { ...args, kind: 'require-call' }),
    );
  },
};

const shared: Options = {
  format: 'esm',
  target: 'node26',
  platform: 'node',
  outDir: 'dist',
  sourcemap: true,
  dts: false,
  // Nothing of node_modules is needed at run time: containers and Lambdas carry dist/ alone.
  noExternal: [/./],
  esbuildPlugins: [requireInstrumentations, requireBuiltins, thirdPartyLicences()],
  removeNodeProtocol: false,
  external: ['pg-native'],
  outExtension: () => ({ js: '.mjs' }),
  // CommonJS packages inside an ES module call require() of Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

export default defineConfig([
  { ...shared, entry: { server: 'functions/server.ts', ...Object.fromEntries(jobs) }, splitting: true },
  // Each Lambda is one file that can be uploaded by itself; so is the stand-in for Kaggle.
  { ...shared, entry: Object.fromEntries([...lambdas, ...fake]), splitting: false },
]);
