import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const SCRIPT = resolve(import.meta.dirname, '../..', 'scripts/kaggle-env.ts');
const print = (...args: string[]) => spawnSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8' });
const EXPECTED = {
  KAGGLE_API_ENVIRONMENT: 'LOCALHOST',
  http_proxy: 'http://mirror.example:3000',
  no_proxy: '',
  KAGGLE_USERNAME: 'mirror',
  KAGGLE_KEY: 'none',
};

describe('npm run kaggle:env', () => {
  it('prints what a shell takes, over what it had', () => {
    const { stdout, status } = print('--url', 'http://mirror.example:3000/');
    expect(status).toBe(0);
    const names = Object.keys(EXPECTED).join(' ');
    const shown = spawnSync(
      'sh',
      ['-c', `eval "$1"; for name in ${names}; do printenv $name || echo unset; done`, '', stdout],
      {
        encoding: 'utf8',
        env: { PATH: process.env.PATH, no_proxy: 'localhost' },
      },
    );
    expect(shown.stdout.split('\n').slice(0, -1)).toEqual(Object.values(EXPECTED));
  });

  it('prints the same for CI, a pod and a Dockerfile', () => {
    const url = ['--url', 'http://mirror.example:3000'];
    expect(parse(print(...url, '--format', 'ci').stdout).env).toEqual(EXPECTED);
    const pod = parse(print(...url, '--format', 'pod').stdout).env as { name: string; value: string }[];
    expect(Object.fromEntries(pod.map(({ name, value }) => [name, value]))).toEqual(EXPECTED);
    const lines = print(...url, '--format', 'dockerfile')
      .stdout.trim()
      .split('\n');
    expect(lines).toEqual(Object.entries(EXPECTED).map(([name, value]) => `ENV ${name}='${value}'`));
  });

  it('keeps a token that goes with the proxy, and lets nothing out of its quotes', () => {
    expect(print('--url', 'http://me:t0ken@mirror.example').stdout).toContain(
      "'http://me:t0ken@mirror.example'",
    );
    const { stdout } = print('--url', "http://a'$(id)`b:x@mirror.example");
    const shown = spawnSync('sh', ['-c', 'eval "$1"; printenv http_proxy', '', stdout], { encoding: 'utf8' });
    expect(shown.stdout.trim()).toBe('http://a%27$(id)%60b:x@mirror.example');
  });

  it.each([
    [[]],
    [['--url', 'mirror.example:3000']],
    [['--url', 'https://mirror.example']],
    [['--url', 'http://mirror.example/api']],
    [['--url', 'http://mirror.example', '--format', 'toString']],
    [['--other']],
  ])('refuses %j, and says what it takes', (args) => {
    const { status, stdout, stderr } = print(...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('usage:');
  });
});
