import { globSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, TestCase, TestModule, TestRunEndReason, TestSuite } from 'vitest/node';
import { skipCauses } from './skip-causes.ts';
import { LEFT_OUT } from './tiers.ts';

const SHOWN = 300;

/** Names what failed, says what was skipped and why, and `N passed, N failed, N skipped` as the last line; a file that cannot be loaded counts as failed, and so does a suite that cannot be set up. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly unknown[],
    reason: TestRunEndReason,
  ): void {
    const count = { passed: 0, failed: unhandled.length, skipped: 0 };
    const failures = unhandled.map((error) => failure('outside of a test', [error]));
    for (const module of modules) {
      for (const group of [module, ...module.children.allSuites()])
        if (group.errors().length > 0) {
          count.failed += 1;
          failures.push(failure(nameOf(group), group.errors()));
        }
      for (const test of module.children.allTests()) {
        const { state, errors = [] } = test.result();
        if (state === 'failed') failures.push(failure(nameOf(test), errors));
        count[state === 'passed' || state === 'failed' ? state : 'skipped'] += 1;
      }
    }
    // A run that broke before its first test.
    if (reason === 'failed' && count.failed === 0) count.failed = 1;
    const causes = [...skipCauses(modules)].map(([cause, tests]) => `\n${tests} skipped: ${cause}`);
    const files = globSync(LEFT_OUT).length;
    if (files > 0) causes.push(`\n${files} files left out: WHOLE=1 runs these, as .ci/run does`);
    process.on('exit', () => {
      process.stdout.write(
        `\n${failures.join('')}${causes.join('')}\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`,
      );
    });
  }
}

function nameOf(task: TestModule | TestSuite | TestCase): string {
  return task.type === 'module'
    ? task.relativeModuleId
    : `${task.module.relativeModuleId} > ${task.fullName}`;
}

/** One line, which .ci/run repeats at its end. */
function failure(name: string, errors: readonly unknown[]): string {
  const message = errors.map((error) => (error as Error)?.message ?? String(error)).join('; ');
  const line = stripVTControlCharacters(`${name}: ${message}`).replace(/\s+/g, ' ');
  return `FAILED ${line.slice(0, SHOWN)}${line.length > SHOWN ? '…' : ''}\n`;
}
