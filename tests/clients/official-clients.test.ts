import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeKaggle, startFakeKaggle } from '#fake-kaggle/server.ts';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { isWhole } from '#tests/setup/sample.ts';

const PACKAGES = ['kagglehub==1.0.2', 'kaggle==2.2.4', 'six'];
/** kagglehub's own test environment, and the CLI's: neither takes another address. */
const HUB_PORT = 7777;
const CLI_PORT = 80;
const run = promisify(execFile);

const home = await mkdtemp(join(tmpdir(), 'kaggle-clients-'));
const python = await install();
afterAll(() => rm(home, { recursive: true, force: true }));

describe.skipIf(!isWhole || python === null || (await taken(HUB_PORT)))('kagglehub', () => {
  let kaggle: FakeKaggle;
  const source = join(home, 'hub');
  beforeAll(async () => {
    for (const [version, text] of [
      [1, 'one'],
      [2, 'two'],
    ] as const) {
      await mkdir(join(source, 'ada/set', String(version), 'd'), { recursive: true });
      await writeFile(join(source, 'ada/set', String(version), 'a.csv'), `${text}\n`.repeat(100_000));
      await writeFile(join(source, 'ada/set', String(version), 'd/small.txt'), text);
    }
    kaggle = await startFakeKaggle({ root: source, port: HUB_PORT });
  });
  afterAll(() => kaggle?.close());

  const download = async (call: string, cache: string) => {
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      KAGGLE_API_ENVIRONMENT: 'TEST',
      KAGGLEHUB_CACHE: join(home, cache),
    };
    const script = `import kagglehub\nprint("PATH", ${call}, sep="=")`;
    const { stdout } = await run(String(python), ['-c', script], { env });
    return /PATH=(.*)/.exec(stdout)?.[1] ?? stdout;
  };

  it.each(['zip', 'tar.gz'] as const)(
    'downloads a dataset as %s, the newest version and an older one',
    async (archive) => {
      kaggle.settings.archive = archive;
      const newest = await download('kagglehub.dataset_download("ada/set")', `cache-${archive}`);
      expect(await readFile(join(newest, 'd/small.txt'), 'utf8')).toBe('two');
      const older = await download('kagglehub.dataset_download("ada/set/versions/1")', `cache-${archive}`);
      expect(await readFile(join(older, 'a.csv'), 'utf8')).toBe('one\n'.repeat(100_000));
    },
    60_000,
  );

  it('downloads single files, in a zip of their own or as they are', async () => {
    for (const path of ['a.csv', 'd/small.txt']) {
      const file = await download(`kagglehub.dataset_download("ada/set", path="${path}")`, 'cache-single');
      expect((await readFile(file, 'utf8')).slice(0, 3)).toBe('two');
    }
  }, 60_000);
});

describe.skipIf(!isWhole || python === null || process.getuid?.() !== 0 || (await taken(CLI_PORT)))(
  'the kaggle command',
  () => {
    let kaggle: FakeKaggle;
    const source = join(home, 'cli');
    beforeAll(async () => {
      await mkdir(join(source, 'ada/set/1'), { recursive: true });
      await writeFile(join(source, 'ada/set/1/a.csv'), 'x,y\n1,2\n');
      kaggle = await startFakeKaggle({ root: source, port: CLI_PORT });
    });
    afterAll(() => kaggle?.close());

    const cli = async (...args: string[]) => {
      const env = {
        PATH: process.env.PATH,
        HOME: home,
        KAGGLE_API_ENVIRONMENT: 'LOCALHOST',
        KAGGLE_USERNAME: 'fake',
        KAGGLE_KEY: '0123456789abcdef0123456789abcdef',
      };
      return (await run(join(home, 'venv/bin/kaggle'), args, { env, cwd: home })).stdout;
    };

    it('lists and downloads', async () => {
      expect(await cli('datasets', 'list', '-s', 'set')).toContain('ada/set');
      expect(await cli('datasets', 'files', 'ada/set')).toContain('a.csv');
      await cli('datasets', 'download', 'ada/set', '--unzip', '-p', join(home, 'unzipped'));
      expect(await readFile(join(home, 'unzipped/a.csv'), 'utf8')).toBe('x,y\n1,2\n');
      expect(kaggle.seen.find(({ on }) => on === 'DownloadDataset')?.credentials).toBe('basic');
    }, 60_000);
  },
);

describe.skipIf(!isWhole || python === null || !hasDatabase)('a mirrored volume', () => {
  const database = useDatabase();
  const mirror = useMirror(database);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume });

  /** What kagglehub makes of each call, with nobody to ask: the folder or file below the volume, or the name of its error. */
  const offline = async (calls: readonly string[]): Promise<(string | null)[]> => {
    const script = `
import json, sys, kagglehub
def attempt(call):
    try: return eval(call)
    except Exception as error: return None
print("FOUND", json.dumps([attempt(call) for call in json.loads(sys.argv[1])]), sep="=")`;
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      KAGGLEHUB_CACHE: mirror.volume,
      // Nothing answers there: a request would fail.
      https_proxy: 'http://127.0.0.1:1',
      http_proxy: 'http://127.0.0.1:1',
    };
    const { stdout } = await run(String(python), ['-c', script, JSON.stringify(calls)], { env });
    return JSON.parse(/FOUND=(.*)/.exec(stdout)?.[1] ?? 'null');
  };
  const whole = (handle: string) => `kagglehub.dataset_download(${JSON.stringify(handle)})`;
  const textOf = async (folder: string | null | undefined) =>
    folder && (await readFile(join(folder, 'a.csv'), 'utf8').catch(() => 'nothing'));

  it('is a cache in which kagglehub finds what is mirrored without asking anyone, in each spelling that Kaggle or an address has', async () => {
    for (const version of [1, 2]) await mirror.offer('Ada-L/The_Set', version, { 'a.csv': `of ${version}` });
    await mirror.offer('Ada-L/plain', 1, { 'a.csv': 'plain' });
    const addresses = ['ADA-L/the_set', 'ada-l/The_SET/versions/1', 'ada-l/plain'];
    for (const name of addresses)
      await api.post('/datasets', { name, source_url: `https://www.kaggle.com/datasets/${name}` });
    expect((await mirror.fetch([])).status).toBe(0);
    // A second time, over what the first left.
    expect((await mirror.fetch([])).status).toBe(0);
    const owners = ['ada-l', 'Ada-L', 'ADA-L'];
    const slugs = ['the_set', 'The_Set', 'The_SET'];
    const handles = owners.flatMap((owner) => slugs.map((slug) => `${owner}/${slug}`));
    const found = await offline([
      ...handles.map((handle) => whole(`${handle}/versions/1`)),
      ...handles.map((handle) => whole(`${handle}/versions/2`)),
      whole('ada-l/plain/versions/1'),
      whole('Ada-L/plain/versions/1'),
      whole('ada-l/plain/versions/01'),
    ]);
    expect(await Promise.all(found.map(textOf))).toEqual([
      ...handles.map(() => 'of 1'),
      ...handles.map(() => 'of 2'),
      'plain',
      'plain',
      'plain',
    ]);
  }, 120_000);

  it('holds nothing for what the README says it does not: other spellings, no version, other versions, single files', async () => {
    await mirror.offer('ada-m/set', 1, { 'a.csv': 'x' });
    expect((await mirror.fetch(['--dataset', 'ada-m/set'])).status).toBe(0);
    const calls = ['ADA-M/set/versions/1', 'ada-m/SET/versions/1', 'ada-m/set', 'ada-m/set/versions/2'].map(
      whole,
    );
    calls.push('kagglehub.dataset_download("ada-m/set/versions/1", path="a.csv")');
    expect(await offline(calls)).toEqual(calls.map(() => null));
    expect(await textOf((await offline([whole('ada-m/set/versions/1')]))[0])).toBe('x');
  }, 120_000);
});

/** The Python of a fresh environment with the clients in it, or null. */
async function install(): Promise<string | null> {
  const venv = join(home, 'venv');
  try {
    await run('python3', ['-m', 'venv', venv], { timeout: 60_000 });
    await run(join(venv, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', ...PACKAGES], {
      timeout: 240_000,
    });
    return join(venv, 'bin/python');
  } catch {
    process.stdout.write(
      'Tests with the official clients are skipped: they need python3 with venv, and pip.\n',
    );
    return null;
  }
}

async function taken(port: number): Promise<boolean> {
  const answered = await new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => done(true)).once('error', () => done(false));
  });
  if (answered) process.stdout.write(`Tests with an official client are skipped: port ${port} is in use.\n`);
  return answered;
}
