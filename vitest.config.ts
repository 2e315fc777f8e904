import { defineConfig } from 'vitest/config';

/** Files of the API's folders that are no inner loop, and why. */
const NOT_API = [
  // Start many processes.
  'tests/shared/data/{grants,roles}.test.ts',
  // Unpack archives of thousands of files and hundreds of megabytes.
  'tests/shared/storage/archive/*.test.ts',
  // Starts the converter for each of its files.
  'tests/shared/tables/corpus.test.ts',
  // Waits for the clocks of readers and of the sweep.
  'tests/functions/mirror/readers.test.ts',
];

/** One at a time: they measure what the machine gives, or look at all that it runs. */
const ALONE = ['tests/faults/overload.test.ts', 'tests/scripts/stopping.test.ts'];

const all = {
  // Says which condition a skipped test waits for.
  includeTaskLocation: true,
  // Nothing is judged by its time: these end what hangs, on a machine that is slow and busy too.
  hookTimeout: 180_000,
  testTimeout: 120_000,
  expect: { poll: { timeout: 30_000 } },
  // Most of the time a test waits for a process it started.
  maxWorkers: 2,
};

export default defineConfig({
  test: {
    // Once for all projects.
    globalSetup: ['tests/setup/global.ts'],
    reporters: ['default', './tests/setup/closing-line.ts'],
    projects: [
      {
        test: {
          ...all,
          name: 'api',
          include: ['tests/{functions,lambda,shared}/**/*.test.ts'],
          exclude: NOT_API,
          // Half of the time would go to imports. So a file takes back what it changes in its process.
          isolate: false,
        },
      },
      {
        test: {
          ...all,
          name: 'processes',
          // Those on a cluster: npm run test:k8s.
          include: ['tests/{*,!(functions|lambda|shared|k8s)/**/*}.test.ts', ...NOT_API],
          exclude: ALONE,
        },
      },
      { test: { ...all, name: 'alone', include: ALONE, maxWorkers: 1 } },
    ],
  },
});
