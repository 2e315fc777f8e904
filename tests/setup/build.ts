import { build, type Options } from 'tsup';
import bundles from '../../tsup.config.ts';

/** What tests start as processes, and what is loaded into these (`--import`), which has to share their modules. */
const ENTRIES = {
  server: 'functions/host/server.ts',
  'fetch-kaggle': 'functions/fetch-kaggle/main.ts',
  'query-engine': 'functions/query-engine/main.ts',
  'sum-thread': 'shared/storage/archive/sum-thread.ts',
  'unpack-thread': 'shared/storage/archive/unpack-thread.ts',
  'crash-at': 'tests/setup/crash-at.ts',
  'cut-at': 'tests/setup/cut-at.ts',
};

/** Builds the programs as they are shipped, once for a run of the tests: from source each start costs a second more. */
export async function buildPrograms(outDir: string): Promise<void> {
  const [options] = bundles as Options[];
  await build({ ...options, entry: ENTRIES, outDir, config: false, sourcemap: false, silent: true });
}
