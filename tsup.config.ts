import { globSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';
import { engineBeside } from './scripts/bundle/engine-beside.ts';
import { lambdaEntries } from './scripts/bundle/lambda-entries.ts';
import { nativeEngine } from './scripts/bundle/native-engine.ts';
import { productFiles } from './scripts/bundle/product-files.ts';
import { requireBuiltins } from './scripts/bundle/require-builtins.ts';
import { requireInstrumentations } from './scripts/bundle/require-instrumentations.ts';
import { thirdPartyLicences } from './scripts/bundle/third-party-licences.ts';
import { webAssets } from './scripts/bundle/web-assets.ts';

const fake = globSync('fake-kaggle/main.ts').map((file) => ['test/fake-kaggle', file]);
const jobs = globSync('functions/*/main.ts').map((file) => [file.split('/')[1], file]);
// Started by the mirror job, from a file beside it.
const threads = [['unpack-thread', 'shared/storage/archive/unpack-thread.ts']];

const shared: Options = {
  format: 'esm',
  target: 'node26',
  platform: 'node',
  outDir: 'dist',
  sourcemap: true,
  dts: false,
  // Nothing of node_modules is needed at run time: containers and Lambdas carry dist/ alone.
  noExternal: [/./],
  esbuildPlugins: [requireInstrumentations, requireBuiltins, nativeEngine, thirdPartyLicences()],
  removeNodeProtocol: false,
  external: ['pg-native'],
  outExtension: () => ({ js: '.mjs' }),
  // CommonJS packages inside an ES module call require() of Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

export default defineConfig([
  {
    ...shared,
    entry: { server: 'functions/host/server.ts', ...Object.fromEntries([...jobs, ...threads]) },
    splitting: true,
    esbuildPlugins: [webAssets('web'), ...(shared.esbuildPlugins ?? []), productFiles],
  },
  // Each Lambda is one file that can be uploaded by itself; so is the stand-in for Kaggle. Those that look into tables take
  // these two and `native/` along.
  {
    ...shared,
    entry: {
      ...lambdaEntries(),
      'lambda/open-engine': 'shared/tables/open-engine.ts',
      'lambda/query-engine': 'functions/query-engine/main.ts',
      ...Object.fromEntries(fake),
    },
    splitting: false,
    esbuildPlugins: [engineBeside, webAssets('lambda/web'), ...(shared.esbuildPlugins ?? [])],
  },
]);
