import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { parse } from 'yaml';

const PROJECT = resolve(import.meta.dirname, '../..');

/** What the steps may take from the machine; everything else is a stub or is not there. */
const SYSTEM =
  'awk base64 basename bash cat chmod cp cut date dirname env grep gzip head id make mkdir mktemp mv ' +
  'readlink rm sed sh sha256sum shasum sleep sort tail tar touch tr uname wc xargs';

export const { tools, images, charts, ...components } = parse(
  readFileSync(join(PROJECT, 'helm/versions.yaml'), 'utf8'),
) as {
  tools: Record<string, string>;
  images: Record<string, { repository: string; tag: string; digest: string }>;
  charts: Record<string, string>;
  [component: string]: unknown;
};

export function pinnedImage(name: string): string {
  const { repository, tag, digest } = images[name] ?? { repository: '', tag: '', digest: '' };
  return `${repository}:${tag}${digest && `@${digest}`}`;
}

/** A machine for one test: the tree's own steps, a home of their own, and on PATH only what the test puts there. */
export function useMachine(env: Record<string, string> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'machine-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const at = (path: string) => join(root, path);
  for (const folder of ['bin', 'system', 'home', 'tree/helm']) mkdirSync(at(folder), { recursive: true });
  for (const part of ['knative', 'monitoring', 'helm/versions.yaml'])
    cpSync(join(PROJECT, part), at(`tree/${part}`), { recursive: true });
  for (const tool of SYSTEM.split(' ')) {
    const found = process.env.PATH?.split(delimiter)
      .map((folder) => join(folder, tool))
      .find((path) => existsSync(path));
    if (found) symlinkSync(found, at(`system/${tool}`));
  }
  writeFileSync(at('calls'), '');

  return {
    /** The folder of the steps' downloads, programs and kubeconfigs. */
    state: at('home/kaggle-data-api'),
    exists: (path: string) => existsSync(at(path)),
    read: (path: string) => readFileSync(at(path), 'utf8'),
    write(path: string, text: string): void {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), text);
    },
    /** A program that records its call and then does what the lines of bash say; `$M` is the machine's folder. */
    stub(name: string, answer = ''): void {
      const text = `#!/usr/bin/env bash\nM=${root}\necho "${name} $*" >>"$M/calls"\n${answer}\n`;
      writeFileSync(at(`bin/${name}`), text, { mode: 0o755 });
    },
    calls: (): string[] => readFileSync(at('calls'), 'utf8').split('\n').slice(0, -1),
    /** `make -C knative TARGET...` */
    make: (...args: string[]) => run('make', ['-s', '-C', 'knative', ...args]),
    /** A step without those that make runs before it. */
    step: (name: string, more: Record<string, string> = {}) => run(`knative/steps/${name}`, [], more),
    bin: (name: string, ...args: string[]) => run(`knative/bin/${name}`, args),
    /** Lines of bash after lib/settings.sh and the named ones. */
    shell: (libraries: string[], script: string, more: Record<string, string> = {}) => {
      const sourced = ['settings', ...libraries].map((name) => `. knative/lib/${name}.sh`);
      return run('bash', ['-c', [...sourced, script].join('\n')], more);
    },
  };

  function run(program: string, args: string[], more: Record<string, string> = {}) {
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd: at('tree'),
      encoding: 'utf8',
      env: {
        PATH: [at('bin'), at('system')].join(delimiter),
        HOME: at('home'),
        XDG_CACHE_HOME: at('home'),
        TMPDIR: root,
        DEADLINE: '1',
        ...env,
        ...more,
      },
    });
    return { status, stdout, stderr, failure: failureIn(stderr) };
  }
}

/** The cause and the next command with which a step ends. */
function failureIn(stderr: string): { error: string; next: string } | null {
  const [, error, next] = /\nerror: (.*)\n {2}next: (.*)\n(?:make: .*\n)*$/.exec(stderr) ?? [];
  return error !== undefined && next !== undefined ? { error, next } : null;
}
