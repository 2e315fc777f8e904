import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { readTree, useMirror } from '#tests/setup/mirror.ts';
import { type Client, findClients } from './kaggle-clients.ts';

const run = promisify(execFile);
const clients = await findClients();
const FILES = { 'a.csv': 'x\n1\n', 'd/b c.csv': 'y\n2\n' };
const PULLS = { MIRROR_PULL_THROUGH: 'ada' };
const KEY = { KAGGLE_USERNAME: 'anybody', KAGGLE_KEY: 'ffffffffffffffffffffffffffffffff' };

describe.skipIf(clients === null || !hasDatabase)(
  'pull-through by clients of Kaggle (needs OFFICIAL_CLIENTS=1)',
  () => {
    const database = useDatabase();
    const mirror = useMirror(database);
    const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume, HOST: '127.0.0.1', ...PULLS });
    let origin = '';
    let home = '';
    let count = 0;
    beforeAll(async () => {
      home = await mkdtemp(join(tmpdir(), 'kaggle-pulls-'));
      origin = await api.app.listen({ host: '127.0.0.1', port: 0 });
      mirror.start(['--queued', '--watch'], PULLS);
    });
    afterAll(async () => {
      await rm(home, { recursive: true, force: true });
      await clients?.remove();
    });

    const ways = {
      http_proxy: () => ({ KAGGLE_API_ENVIRONMENT: 'LOCALHOST', http_proxy: origin, no_proxy: '', ...KEY }),
      KAGGLE_API_ENDPOINT: () => ({ KAGGLE_API_ENDPOINT: origin, ...KEY }),
      notebook: () => ({
        KAGGLE_KERNEL_RUN_TYPE: 'Interactive',
        KAGGLE_DATA_PROXY_URL: origin,
        KAGGLE_USER_SECRETS_TOKEN: 'any',
        KAGGLE_DATA_PROXY_TOKEN: 'any',
        KAGGLE_CACHE_MOUNT_FOLDER: mirror.volume,
      }),
    };
    const command = (ref: string) => ['kaggle', 'datasets', 'download', ref, '--unzip'];
    const hub = (ref: string) => [
      'python',
      '-c',
      `import kagglehub; print(kagglehub.dataset_download("${ref}"))`,
    ];
    const start = async (client: Client, way: keyof typeof ways, [program = '', ...args]: string[]) => {
      const folder = await mkdtemp(join(home, 'run-'));
      const env = {
        PATH: process.env.PATH,
        HOME: folder,
        KAGGLEHUB_CACHE: join(folder, 'cache'),
        ...ways[way](),
      };
      const file = join(clients?.bin(client) ?? '', program);
      return { folder, ...(await run(file, args, { cwd: folder, env })) };
    };

    it.each<[Client, keyof typeof ways, typeof command]>([
      ['kaggle 2.2', 'http_proxy', command],
      ['kaggle 1.7', 'http_proxy', command],
      ['kagglehub 1.0', 'http_proxy', hub],
      ['kagglehub 0.3', 'KAGGLE_API_ENDPOINT', hub],
      ['kagglehub 1.0', 'notebook', hub],
    ])(
      '%s, %s',
      async (client, way, of) => {
        const ref = `ada/set-${count++}`;
        await mirror.offer(ref, 1, FILES);
        const { folder, stdout } = await start(client, way, of(ref));
        const place = of === hub ? (stdout.trim().split('\n').at(-1) ?? '') : folder;
        expect(await readTree(place), stdout).toMatchObject(FILES);
      },
      60_000,
    );

    it('say what Kaggle does not have', async () => {
      const failed = await start('kaggle 2.2', 'http_proxy', command('ada/none')).catch((error) => error);
      expect(failed.stdout + failed.stderr).toMatch(/could not get ada\/none from Kaggle/);
    }, 60_000);
  },
);
