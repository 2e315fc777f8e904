import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node';
import { skipCauses } from './skip-causes.ts';

/** Says what was skipped and why, and `N passed, N failed, N skipped` as the last line; a file that cannot be loaded counts as failed, and so does a suite that cannot be set up. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly unknown[],
    reason: TestRunEndReason,
  ): void {
    const count = { passed: 0, failed: unhandled.length, skipped: 0 };
    for (const module of modules) {
      for (const group of [module, ...module.children.allSuites()])
        if (group.errors().length > 0) count.failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        count[state === 'passed' || state === 'failed' ? state : 'skipped'] += 1;
      }
    }
    // A run that broke before its first test.
    if (reason === 'failed' && count.failed === 0) count.failed = 1;
    const causes = [...skipCauses(modules)].map(([cause, tests]) => `\n${tests} skipped: ${cause}`);
    process.on('exit', () => {
      process.stdout.write(
        `${causes.join('')}\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`,
      );
    });
  }
}
