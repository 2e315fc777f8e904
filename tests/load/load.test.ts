import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { isWhole } from '#tests/setup/sample.ts';
import { meetsGoals } from './overload.ts';
import { createRefusals } from './refusals.ts';
import { theilSen } from './slope.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
let running: ChildProcess | null = null;
afterEach(() => running?.kill('SIGTERM'));

async function load(...args: string[]) {
  const child = spawn('npm', ['run', '--silent', 'load', '--', ...args], {
    cwd: PROJECT,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running = child;
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  running = null;
  return { status, stdout, stderr };
}

describe.skipIf(!hasDatabase || !isWhole || process.env.TEST_DATABASE_URL)('npm run load', () => {
  it('offers a mixed load and prints what came of it', { timeout: 120_000 }, async () => {
    const { status, stdout, stderr } = await load('--scenario', 'mixed', '--seconds', '3', '--rate', '20');
    const [head = [], , row = []] = stdout
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|').map((cell) => cell.trim()));
    const cell = (name: string) => row[head.indexOf(name)];
    expect(stderr).toBe('');
    expect(cell('stage')).toBe('mixed');
    expect(cell('offered/s')).toBe('20');
    expect(cell('errors')).toBe('0');
    const counts = [...(cell('statuses') ?? '').matchAll(/2\d\d×(\d+)/g)].map(([, count]) => Number(count));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(60);
    expect(stdout).toMatch(/RSS MiB \|.*descriptors/);
    expect(status).toBe(0);
  });
});

describe('the arguments of npm run load', () => {
  it.each([
    [
      ['--scenario', 'everything'],
      '--scenario: there is no everything; take browse, write, download, mixed.',
    ],
    [['--scenario', 'mixed', '--rate', '0'], '--rate: 0 is not a whole number from 1 to 20000.'],
    [['--soak', '--seconds', 'long'], '--seconds: long is not a whole number from 1 to 7200.'],
    [['--soak', '--overload'], 'Choose one of --soak and --overload.'],
    [['--overload', '--rate', '10'], '--overload finds its rates itself: leave --rate out.'],
    [['--fast'], "Unknown option '--fast'."],
    [[], 'Choose --scenario NAME, --soak or --overload.'],
  ])('%j are refused', async (args, sentence) => {
    const { status, stdout, stderr } = await load(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(sentence);
  });

  it('are explained by --help', async () => {
    const { status, stdout } = await load('--help');
    expect(status).toBe(0);
    for (const option of ['--scenario', '--rate', '--seconds', '--soak', '--overload'])
      expect(stdout).toContain(option);
  });
});

describe('the verdict of an overload', () => {
  const just = { goodput: 0.8, refusal: 1_000, recovery: 10 };

  it('is good when each goal is just met', () => expect(meetsGoals(just)).toBe(true));
  it.each([{ goodput: 0.79 }, { refusal: 1_001 }, { recovery: 11 }, { recovery: null }])(
    'is bad with %j',
    (missed) => expect(meetsGoals({ ...just, ...missed })).toBe(false),
  );
});

describe('the refusals of a soak', () => {
  it('are told by code and time, with what else was slow then', () => {
    const { record, lines } = createRefusals();
    const answer = (due: number, late: number, took: number, code: string | null = null) =>
      record({
        status: code ? 503 : 200,
        error: null,
        retryAfter: code !== null,
        code,
        due,
        sent: due + late,
        ended: due + late + took,
      });
    answer(1_000, 500, 900);
    for (const due of [7_900, 8_000, 8_100]) answer(due, 290, 4, 'overloaded');
    answer(8_050, 280, 310);
    answer(8_200, 0, 3, 'database-unavailable');
    answer(60_000, 0, 2, 'overloaded');
    answer(60_001, 0, 450);
    const moments = [
      { at: 5, loopDelay: 11 },
      { at: 10, loopDelay: 12 },
      { at: 65, loopDelay: null },
    ];
    expect(lines(moments)).toEqual([
      'Refused 7.9 s to 8.2 s: 3 overloaded, 1 database-unavailable. Requests were sent up to 290 ms late, and took up to 310 ms; event loop p99 12 ms.',
      'Refused 60 s to 60 s: 1 overloaded. Requests were sent up to 0 ms late, and took up to 450 ms; event loop p99 – ms.',
    ]);
  });
});

describe('the slope of a soak', () => {
  it('is not moved by single jumps', () => {
    const points = Array.from({ length: 21 }, (_, x) => [x, x === 7 ? 900 : 100 + 2 * x] as const);
    expect(theilSen(points)).toBeCloseTo(2, 6);
    expect(theilSen(points.map(([x]) => [x, x === 20 ? 900 : 5] as const))).toBe(0);
  });
});
