import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Says which condition a skipped test waits for.
    includeTaskLocation: true,
    include: ['tests/k8s/**/*.test.ts'],
    globalSetup: ['tests/k8s/setup/global.ts'],
    reporters: ['default', './tests/setup/closing-line.ts'],
    // Each file has a namespace of its own; more at a time only wait for the node.
    maxWorkers: 3,
    hookTimeout: 300_000,
    testTimeout: 180_000,
  },
});
