import { spawnSync } from 'node:child_process';

/** Prometheus's own tool, from PATH or PROMTOOL; Debian has it in the package prometheus. */
const binary = process.env.PROMTOOL ?? 'promtool';

export const hasPromtool = spawnSync(binary, ['--version']).status === 0;
if (!hasPromtool)
  console.warn('the tests of alerts are skipped: no promtool on PATH; PROMTOOL=/path/to/promtool names one');

export function promtool(args: readonly string[], cwd: string): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(binary, args, { cwd, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}
