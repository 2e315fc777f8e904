import { expect } from 'vitest';
import type { Outcome } from './run.ts';

/** Each ends in a sentence with the cause, and one with the next command. */
export function expectRefusal({ code, stderr }: Outcome, cause: RegExp, next: RegExp): void {
  const [, error = '', command = ''] = /error: (.*)\n {2}next: (.*)\n/.exec(stderr) ?? [];
  expect(error, stderr).toMatch(cause);
  expect(command).toMatch(next);
  expect(code).not.toBe(0);
}
