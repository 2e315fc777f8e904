import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // On a cluster: npm run test:k8s.
    exclude: [...configDefaults.exclude, 'tests/k8s/**'],
    globalSetup: ['tests/setup/global.ts'],
    // Says which condition a skipped test waits for.
    includeTaskLocation: true,
    reporters: ['default', './tests/setup/closing-line.ts'],
    // Most of the time a test waits for a process it started.
    maxWorkers: 2,
    hookTimeout: 60_000,
    testTimeout: 30_000,
  },
});
