import { globSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';
import { deferredGroups } from './scripts/bundle/deferred-groups.ts';
import { lambdaEntries } from './scripts/bundle/lambda-entries.ts';
import { lazyRouter } from './scripts/bundle/lazy-router.ts';
import { nativeEngine } from './scripts/bundle/native-engine.ts';
import { productFiles } from './scripts/bundle/product-files.ts';
import { requireBuiltins } from './scripts/bundle/require-builtins.ts';
import { requireInstrumentations } from './scripts/bundle/require-instrumentations.ts';
import { thirdPartyLicences } from './scripts/bundle/third-party-licences.ts';
import { webAssets } from './scripts/bundle/web-assets.ts';

const fake = globSync('fake-kaggle/main.ts').map((file) => ['test/fake-kaggle', file]);
const jobs = globSync('functions/*/main.ts').map((file) => [file.split('/')[1], file]);
// Started by the mirror job, from files beside it.
const threads = ['unpack-thread', 'sum-thread'].map((name) => [name, `shared/storage/archive/${name}.ts`]);

const shared = {
  format: 'esm',
  target: 'node26',
  platform: 'node',
  sourcemap: true,
  dts: false,
  // Nothing of node_modules is needed at run time: containers and Lambdas carry dist/ alone.
  noExternal: [/./],
  esbuildPlugins: [requireInstrumentations, requireBuiltins, lazyRouter, nativeEngine, thirdPartyLicences()],
  removeNodeProtocol: false,
  external: ['pg-native'],
  outExtension: () => ({ js: '.mjs' }),
  // CommonJS packages inside an ES module call require() of Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
} satisfies Options;

export default defineConfig([
  {
    ...shared,
    outDir: 'dist',
    entry: { server: 'functions/host/server.ts', ...Object.fromEntries([...jobs, ...threads]) },
    splitting: true,
    esbuildPlugins: [webAssets('web'), deferredGroups, ...shared.esbuildPlugins, productFiles],
  },
  // The handler of each function, and one folder that is uploaded for any of them.
  {
    ...shared,
    outDir: 'dist/lambda',
    entry: { ...lambdaEntries(), 'query-engine': 'functions/query-engine/main.ts' },
    splitting: true,
    esbuildPlugins: [webAssets('web'), ...shared.esbuildPlugins],
  },
  // The stand-in for Kaggle, for an image of its own.
  { ...shared, outDir: 'dist', entry: Object.fromEntries(fake), splitting: false },
]);
