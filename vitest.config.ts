import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { ALONE, LEFT_OUT, NOT_API } from './tests/setup/tiers.ts';

const all = {
  // Says which condition a skipped test waits for.
  includeTaskLocation: true,
  // Nothing is judged by its time: these end what hangs, on a machine that is slow and busy too.
  hookTimeout: 180_000,
  testTimeout: 120_000,
  expect: { poll: { timeout: 30_000 } },
  // Most of the time a test waits for a process it started.
  maxWorkers: availableParallelism() + 1,
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
          exclude: [...NOT_API, ...LEFT_OUT],
          // Half of the time would go to imports. So a file takes back what it changes in its process.
          isolate: false,
        },
      },
      {
        test: {
          ...all,
          name: 'processes',
          // Those on a cluster: npm run test:k8s.
          include: ['tests/{*,!(functions|lambda|shared|k8s|charts|knative)/**/*}.test.ts', ...NOT_API],
          exclude: [...ALONE, ...LEFT_OUT],
        },
      },
      {
        test: {
          ...all,
          name: 'deployment',
          include: ['tests/{charts,knative}/**/*.test.ts'],
          exclude: LEFT_OUT,
          isolate: false,
        },
      },
      { test: { ...all, name: 'alone', include: ALONE, exclude: LEFT_OUT, maxWorkers: 1 } },
    ],
  },
});
