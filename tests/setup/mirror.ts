import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll } from 'vitest';
import { type FakeKaggle, startFakeKaggle } from '#fake-kaggle/server.ts';
import { hasDatabase, type TestDatabase } from './api.ts';
import { builtProgram, compileCache } from './programs.ts';

export interface Mirror {
  readonly kaggle: FakeKaggle;
  /** What the fake offers: `<owner>/<slug>/<version>/<files…>`. */
  source: string;
  /** The volume. */
  volume: string;
  /** Puts a version on the fake. */
  offer(ref: string, version: number, files: Record<string, string | Buffer>): Promise<void>;
  /** Runs the job to its end, as a process of its own. */
  fetch(args: readonly string[], env?: Record<string, string>): Promise<Run>;
  /** Starts the job, for tests that do something to it. */
  start(args: readonly string[], env?: Record<string, string>): ChildProcess;
}

export interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Short waits, so that faults are tried in little time. */
const QUICK = {
  MIRROR_RETRY_DELAY: '10',
  MIRROR_IDLE_TIMEOUT: '1000',
  MIRROR_REQUESTS_PER_MINUTE: 'off',
  MIRROR_LEASE_SECONDS: '2',
  MIRROR_MIN_FREE_BYTES: '0',
  VALIDATE_ROWS: 'true',
  LOG_LEVEL: 'info',
};

/** A volume and a Kaggle of this test file's own, and the job between them: as it is built, or from `main`. */
export function useMirror(database: TestDatabase, main = () => builtProgram('fetch-kaggle')): Mirror {
  const { mirror, open, close } = createMirror(database, main);
  if (hasDatabase) beforeAll(open);
  afterAll(close);
  return mirror;
}

/** The same without hooks. */
export function createMirror(database: Pick<TestDatabase, 'url'>, main = () => builtProgram('fetch-kaggle')) {
  const folder = mkdtempSync(join(tmpdir(), 'kaggle-mirror-'));
  mkdirSync(join(folder, 'source'));
  let kaggle: FakeKaggle | undefined;
  const started = new Set<ChildProcess>();
  const start: Mirror['start'] = (args, env = {}) => {
    const child = spawn(process.execPath, [main(), ...args], {
      env: {
        PATH: process.env.PATH,
        ...compileCache(),
        DATABASE_URL: database.url,
        KAGGLE_DATA_ROOT: join(folder, 'volume'),
        KAGGLE_BASE_URL: mirror.kaggle.baseUrl,
        ...QUICK,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    started.add(child);
    child.once('exit', () => started.delete(child));
    return child;
  };
  const mirror: Mirror = {
    get kaggle() {
      return kaggle as FakeKaggle;
    },
    source: join(folder, 'source'),
    volume: join(folder, 'volume'),
    async offer(ref, version, files) {
      for (const [path, content] of Object.entries(files)) {
        const target = join(folder, 'source', ref, String(version), path);
        await mkdir(dirname(target), { recursive: true });
        await writeFile(target, content);
      }
    },
    start,
    async fetch(args, env) {
      const child = start(args, env);
      const output = [child.stdout, child.stderr].map((stream) => (stream ? text(stream) : ''));
      const [status] = (await once(child, 'exit')) as [number | null];
      const [stdout = '', stderr = ''] = await Promise.all(output);
      return { status, stdout, stderr };
    },
  };
  return {
    mirror,
    async open() {
      kaggle = await startFakeKaggle({ root: join(folder, 'source') });
    },
    async close() {
      for (const child of started) child.kill('SIGKILL');
      await kaggle?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Every file below a folder with its content, by path. */
export async function readTree(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1), (await readFile(path)).toString('latin1')] as const;
    });
  return Object.fromEntries((await Promise.all(files)).sort());
}
