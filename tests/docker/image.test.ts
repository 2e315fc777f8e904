import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, docker, hasDocker, PROJECT } from './engine.ts';

const BUILD_TIMEOUT = 600_000;

describe.skipIf(!hasDocker)('the image', () => {
  let image = '';
  beforeAll(async () => {
    image = await build('product');
  }, BUILD_TIMEOUT);

  it('runs as an ordinary user, and starts node', async () => {
    const config = JSON.parse(await docker(['image', 'inspect', '--format', '{{json .Config}}', image]));
    expect(config).toMatchObject({
      User: '65532:65532',
      Entrypoint: ['/nodejs/bin/node'],
      Cmd: ['dist/server.mjs'],
    });
    expect(config.Healthcheck.Test[0]).toBe('CMD');
  });

  it('holds the bundles, the migrations and a compile cache, and nothing to build them with', async () => {
    const listing = await contents(image);
    const app = listing.filter((path) => path.startsWith('app/') && !path.endsWith('/'));
    expect(app).toEqual(
      expect.arrayContaining([
        'app/dist/server.mjs',
        'app/dist/migrate.mjs',
        'app/dist/fetch-kaggle.mjs',
        'app/LICENSE',
        'app/THIRD_PARTY_LICENSES.txt',
      ]),
    );
    expect(app.filter((path) => path.startsWith('app/compile-cache/')).length).toBeGreaterThan(2);
    const others = app.filter(
      (path) =>
        !/^app\/(dist\/[\w-]+\.mjs|dist\/native\/(duckdb\.node|libduckdb\.so)|dist\/web\/(manifest\.json|[\w-]+\.(js|css|svg|txt)(\.br|\.gz)?)|migrations\/committed\/\d{6}[\w-]*\.sql|compile-cache\/.+|LICENSE|THIRD_PARTY_LICENSES\.txt)$/.test(
          path,
        ),
    );
    expect(others).toEqual([]);
    expect(
      listing.filter((path) => /(^|\/)(node_modules|bin\/(sh|bash)|fake-kaggle\.mjs)$/.test(path)),
    ).toEqual([]);
  });

  it('takes 150 MB at most without the query engine', async () => {
    const all = Number(await docker(['image', 'inspect', '--format', '{{.Size}}', image]));
    const sizes = await inside(
      image,
      "return fs.readdirSync('dist/native').map((name) => fs.statSync('dist/native/' + name).size)",
    );
    expect(all - (sizes as number[]).reduce((sum, size) => sum + size)).toBeLessThan(150e6);
  });

  it('has a query engine that works without its symbols, and reports errors', async () => {
    const counts = await inside(
      image,
      `const { open, connect, query, row_count } = require('./dist/native/duckdb.node');
      const connection = await connect(await open(':memory:'));
      const count = (sql) => query(connection, sql).then(row_count, String);
      return [await count('FROM range(7)'), await count("SELECT error('thrown')")];`,
    );
    expect(counts).toEqual([7, expect.stringContaining('thrown')]);
  });

  it('has a compile cache that V8 takes', async () => {
    const debug = ['--env', 'NODE_DEBUG_NATIVE=COMPILE_CACHE'];
    const { stderr } = (await docker(['run', '--rm', '--network=none', ...debug, image]).catch(
      (error) => error,
    )) as { stderr: string };
    expect(stderr).toMatch(/dist\/server\.mjs was accepted/);
    expect(stderr).not.toContain('was rejected');
  });

  it('says what is missing when started without settings, on a read-only root', async () => {
    const run = docker(['run', '--rm', '--read-only', '--cap-drop=ALL', '--network=none', image]);
    await expect(run).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('DATABASE_URL: is required'),
    });
  });

  it(
    'is the same whatever else lies beside the sources',
    async () => {
      const context = await mkdtemp(join(tmpdir(), 'kaggle-context-'));
      try {
        const files = execFileSync('git', ['ls-files', '-z'], { cwd: PROJECT, encoding: 'utf8' });
        execFileSync('tar', ['--create', '--file=context.tar', '-C', PROJECT, '--null', '--files-from=-'], {
          cwd: context,
          input: files,
        });
        execFileSync('tar', ['--extract', '--file=context.tar'], { cwd: context });
        const before = await build('product', context);
        for (const name of ['.env', 'secret.pem', 'tests/notes.ts', 'docs/x.md'])
          await writeFile(join(context, name), 'changed');
        expect(await build('product', context)).toBe(before);
      } finally {
        await rm(context, { recursive: true, force: true });
      }
    },
    BUILD_TIMEOUT,
  );
});

/** What the body of a function returns that the image's Node runs. */
async function inside(image: string, body: string): Promise<unknown> {
  const code = `(async () => {${body}})().then((value) => console.log(JSON.stringify(value)))`;
  return JSON.parse(await docker(['run', '--rm', '--network=none', image, '--eval', code]));
}

async function contents(image: string): Promise<string[]> {
  const container = await docker(['create', image]);
  try {
    const tar = execFileSync('docker', ['export', container], { maxBuffer: 1024 * 1024 * 1024 });
    return execFileSync('tar', ['--list'], { input: tar, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
      .trim()
      .split('\n');
  } finally {
    await docker(['rm', container]);
  }
}
