import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { environments, hasHelm, only, parse } from './helm.ts';
import { workloadsOf } from './workloads.ts';

const root = join(import.meta.dirname, '../..');
const work = mkdtempSync(join(tmpdir(), 'new-chart-'));
const processes: ChildProcess[] = [];
afterAll(() => {
  for (const child of processes) child.kill('SIGKILL');
  rmSync(work, { recursive: true, force: true });
});

/** The project as it is, in a folder that a test may change. */
function clone(name: string): string {
  const copy = join(work, name);
  const listed = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const path of listed.stdout.trim().split('\n')) {
    if (/__snapshots__|^docs\//.test(path) || !existsSync(join(root, path))) continue;
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

const bin = (name: string) => join(root, 'node_modules/.bin', name);
const execute = (cwd: string, command: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return { status, stdout, stderr, all: `${stdout}${stderr}` };
};
const create = (copy: string, ...args: string[]) =>
  execute(copy, bin('node'), 'scripts/new-chart.ts', ...args);
const helm = process.env.HELM ?? 'helm';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address() as { port: number };
  await new Promise((closed) => server.close(closed));
  return port;
}

/** The body of the first answer, from a server that may still be starting. */
async function firstAnswer(url: string): Promise<unknown> {
  for (const end = Date.now() + 20_000; ; ) {
    try {
      return await (await fetch(url)).json();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((wake) => setTimeout(wake, 50));
    }
  }
}

describe.skipIf(!hasHelm)('npm run new:service', () => {
  test('makes one that builds, lints, and answers, in well under five minutes', {
    timeout: 120_000,
  }, async () => {
    const copy = clone('service');
    const start = performance.now();
    const made = create(copy, 'service', 'word-count');
    expect(made.all).toContain('helm install word-count');
    expect(made.status).toBe(0);

    const chart = join(copy, 'helm/charts/word-count');
    const local = ['--values', join(chart, 'values-local.yaml')];
    expect(execute(copy, helm, 'lint', '--strict', chart, ...local).stdout).toContain('0 chart(s) failed');
    const build = execute(copy, bin('tsup'));
    expect(build.status, build.all).toBe(0);
    expect(existsSync(join(copy, 'dist/lambda/word-count.mjs'))).toBe(true);

    const rendered = parse(execute(copy, helm, 'template', 'word-count', chart, ...local).stdout);
    const [{ env }] = workloadsOf(rendered).find(({ kind }) => kind === 'Service')?.spec.containers ?? [];
    const plain = env.filter(({ value }: { value?: string }) => value !== undefined);
    const variables = Object.fromEntries(
      plain.map(({ name, value }: { name: string; value: string }) => [name, value]),
    );
    const port = await freePort();
    const addresses = {
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
      PORT: `${port}`,
      HOST: '127.0.0.1',
      METRICS_PORT: 'off',
    };
    processes.push(
      spawn(bin('node'), ['dist/server.mjs'], {
        cwd: copy,
        env: { PATH: process.env.PATH, ...variables, ...addresses },
      }),
    );
    expect(await firstAnswer(`http://127.0.0.1:${port}/word-count`)).toEqual({ name: 'word-count' });
    const other = await fetch(`http://127.0.0.1:${port}/datasets`);
    expect(other.status).toBe(404);
    console.log(`from nothing to an answer: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  });

  test('makes code and a chart that the checks of the project pass', { timeout: 120_000 }, () => {
    const copy = clone('checks');
    create(copy, 'service', 'word-count', '--mode', 'deployment');
    create(copy, 'job', 'tidy-up', '--schedule', '0 4 * * 0');
    const paths = [
      'functions/index.ts',
      'functions/word-count',
      'functions/tidy-up',
      'tests/functions/word-count.test.ts',
      'tests/functions/tidy-up.test.ts',
    ];
    spawnSync('git', ['init', '--quiet'], { cwd: copy });
    const lint = execute(copy, bin('biome'), 'ci', ...paths);
    expect(lint.status, lint.all).toBe(0);
    const types = execute(copy, bin('tsc'), '--noEmit');
    expect(
      types.stdout.split('\n').filter((line) => /word-count|tidy-up|functions\/index/.test(line)),
    ).toEqual([]);
    expect(execute(copy, bin('node'), 'helm/schema/generate.ts', '--check').all).toBe('');
    for (const environment of environments) {
      for (const name of ['word-count', 'tidy-up']) {
        const chart = join(copy, 'helm/charts', name);
        const { status, all } = execute(
          copy,
          helm,
          'template',
          name,
          chart,
          '--values',
          join(chart, `values-${environment}.yaml`),
        );
        expect(status, all).toBe(0);
      }
    }
  });
});

describe.skipIf(!hasHelm)('npm run new:job', () => {
  test.for([
    [[], 'Job', undefined],
    [['--type', 'cronjob'], 'CronJob', '0 3 * * *'],
    [['--schedule', '*/15 * * * *'], 'CronJob', '*/15 * * * *'],
  ] as const)('with %o makes a %s', ([args, kind, schedule], { task }) => {
    const copy = clone(task.id);
    const { status, all } = create(copy, 'job', 'tidy-up', ...args);
    expect(status, all).toBe(0);
    const chart = join(copy, 'helm/charts/tidy-up');
    const rendered = execute(
      copy,
      helm,
      'template',
      'tidy-up',
      chart,
      '--values',
      join(chart, 'values-local.yaml'),
    );
    const { spec } = only(parse(rendered.stdout), kind);
    expect(spec.schedule).toBe(schedule);
    expect((spec.jobTemplate?.spec ?? spec).template.spec.containers[0].args).toEqual(['dist/tidy-up.mjs']);
  });
});

describe('npm run new:… refuses', () => {
  const copy = clone('refusals');

  test.for([
    [['service', 'Word_Count'], 'NAME "Word_Count": lower-case words joined by hyphens, 2 to 40 characters'],
    [['service', 'n'.repeat(41)], 'lower-case words joined by hyphens, 2 to 40 characters'],
    [['service', '../evil'], 'lower-case words joined by hyphens'],
    [['service', 'job'], 'NAME job is taken by the project itself: choose another'],
    [['service', 'list-datasets'], 'tests/functions/list-datasets.test.ts exists: choose another name, or delete it first'],
    [['job', 'postgres'], 'helm/charts/postgres exists: choose another name, or delete it first'],
    [['service', 'ok-name', '--mode', 'lambda'], '--mode lambda: knative or deployment'],
    [['service', 'ok-name', '--schedule', '0 3 * * *'], '--type and --schedule are for new:job'],
    [['job', 'ok-name', '--type', 'daemon'], '--type daemon: job or cronjob'],
    [['job', 'ok-name', '--schedule', '0 3 * *'], '--schedule "0 3 * *": five fields, such as "0 3 * * *"'],
    [
      ['job', 'ok-name', '--type', 'job', '--schedule', '0 3 * * *'],
      '--schedule: a job runs once; leave it out, or say --type cronjob',
    ],
    [['job', 'ok-name', '--mode', 'knative'], '--mode is for new:service'],
    [['job', 'ok-name', '--colour', 'red'], "Unknown option '--colour'"],
    [[], 'npm run new:service -- NAME'],
  ] as const)('%o', ([args, says]) => {
    const index = readFileSync(join(copy, 'functions/index.ts'), 'utf8');
    const { status, stderr } = create(copy, ...args);
    expect(stderr).toContain(says);
    expect(status).toBe(2);
    expect(existsSync(join(copy, 'functions/ok-name'))).toBe(false);
    expect(readFileSync(join(copy, 'functions/index.ts'), 'utf8')).toBe(index);
  });
});
