import { execFile } from 'node:child_process';
import { hash, randomInt } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { isSlow } from '#tests/setup/sample.ts';

const run = promisify(execFile);
const PACKAGE = 'schemathesis==4.32.5';
const SECONDS = 40;
/** `1` installs it for this run; a path is that of the program. Without, nothing is asked of PyPI. */
const asked = process.env.SCHEMATHESIS;
const folder = await mkdtemp(join(tmpdir(), 'schemathesis-'));
const program = asked === '1' ? await install() : (asked ?? null);
/** What other seeds find is old: it is looked for each night, and does not stop a change that did not bring it. */
const seed = Number(process.env.SEED ?? (isSlow ? randomInt(2 ** 31) : 1));
/** What a schema cannot say: cursors are those that a list gave, and addresses have to be URLs as WHATWG reads them. */
const EXCLUDED =
  'positive_data_acceptance,use_after_free,ensure_resource_availability,missing_required_header';
/** What refuses a request that breaks the schema: besides its own list, what is too long for a head, and what is asked before. */
const CONFIG = `[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 413, 414, 415, 422, 428, 429, 431, "5xx"]
`;

describe.skipIf(program === null || !hasDatabase)(
  'schemathesis finds no difference between server and document (needs SCHEMATHESIS=1)',
  { timeout: 4 * SECONDS * 1_000 },
  () => {
    const database = useDatabase();
    const mirror = useMirror(database);
    const env = { KAGGLE_DATA_ROOT: mirror.volume };
    const open = useApi(database, env);
    const guarded = useApi(database, {
      ...env,
      AUTH: 'on',
      REQUIRE_AUTH_FOR_READS: 'true',
      API_TOKENS: `tester:read+write:${hash('sha256', 'secret')}`,
    });
    beforeAll(async () => {
      await writeFile(join(folder, 'schemathesis.toml'), CONFIG);
      await mirror.offer('ada/set', 1, { 'a.csv': 'x,y\n1,2\n' });
      await mirror.fetch(['--dataset', 'ada/set']);
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it.each([
      ['AUTH=off', open, []],
      ['AUTH=on, with a token', guarded, ['--header', 'Authorization: Bearer secret']],
      ['AUTH=on, without a token', guarded, []],
    ] as const)('with %s', async (_what, api, args) => {
      const { port } = api.app.server.address()
        ? (api.app.server.address() as { port: number })
        : new URL(await api.app.listen({ host: '127.0.0.1', port: 0 }));
      const options = [
        '--seed',
        String(seed),
        '--max-time',
        String(SECONDS),
        // GET /changes may hold a request for 50.
        '--request-timeout',
        '60',
        '--no-color',
        '--continue-on-failure',
      ];
      const { code, stdout } = await run(
        String(program),
        [
          'run',
          `http://127.0.0.1:${port}/openapi.json`,
          ...options,
          '--exclude-checks',
          EXCLUDED,
          '--generation-database',
          'none',
          ...args,
        ],
        { cwd: folder, maxBuffer: 64 * 1024 * 1024 },
      ).then(
        (done) => ({ code: 0, ...done }),
        (error) => error as { code: number; stdout: string },
      );
      const report = stdout.replace(/^(.{300}).*$/gm, '$1…');
      expect(code, `SEED=${seed}\n${report.slice(-20_000)}`).toBe(0);
    });
  },
);

/** The program in a fresh environment, or null. */
async function install(): Promise<string | null> {
  const venv = join(folder, 'venv');
  try {
    await run('python3', ['-m', 'venv', venv], { timeout: 60_000 });
    await run(join(venv, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', PACKAGE], {
      timeout: 240_000,
    });
    return join(venv, 'bin/schemathesis');
  } catch {
    process.stdout.write('schemathesis is skipped: it needs python3 with venv, and pip.\n');
    return null;
  }
}
