import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const project = resolve(import.meta.dirname, '..');
const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;
if (!hasShellcheck) console.warn('the shell scripts are not checked: shellcheck is not installed');

const tracked = spawnSync('git', ['ls-files', '-z'], { cwd: project, encoding: 'utf8' }).stdout.split('\0');
const scripts = tracked.filter((path) => path !== '' && (path.endsWith('.sh') || hasShebang(path)));

describe('shell scripts', () => {
  it('are found by their first line or their name', () => {
    for (const path of [
      '.ci/run',
      '.ci/promtool',
      'helm/package',
      'docs/runbooks/env.sh',
      'knative/lib/kind.sh',
    ])
      expect(scripts).toContain(path);
    expect(scripts.filter((path) => path.startsWith('knative/steps/')).length).toBeGreaterThan(10);
  });

  it.skipIf(!hasShellcheck)('are clean for shellcheck', { timeout: 120_000 }, () => {
    const args = ['--external-sources', '--source-path=SCRIPTDIR', ...scripts];
    const { status, stdout, stderr } = spawnSync('shellcheck', args, { cwd: project, encoding: 'utf8' });
    expect(`${stdout}${stderr}`).toBe('');
    expect(status).toBe(0);
  });
});

function hasShebang(path: string): boolean {
  const [first = ''] = readFileSync(resolve(project, path), 'latin1').split('\n', 1);
  return /^#!.*\b(ba)?sh\b/.test(first);
}
