import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { isWhole } from '#tests/setup/sample.ts';
import { meetsGoals } from './overload.ts';
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

describe('the slope of a soak', () => {
  it('is not moved by single jumps', () => {
    const points = Array.from({ length: 21 }, (_, x) => [x, x === 7 ? 900 : 100 + 2 * x] as const);
    expect(theilSen(points)).toBeCloseTo(2, 6);
    expect(theilSen(points.map(([x]) => [x, x === 20 ? 900 : 5] as const))).toBe(0);
  });
});
