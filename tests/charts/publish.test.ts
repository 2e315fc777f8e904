import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { chartSchema } from '../../helm/schema/compose.ts';
import { charts, hasHelm, parse, useCharts } from './helm.ts';
import { workloadsOf } from './workloads.ts';

const binary = process.env.REGISTRY_PROGRAM ?? '';
const hasRegistry = binary !== '';
const hasGpg = spawnSync('gpg', ['--version']).status === 0;
const libraries = ['kda-common', 'kda-job', 'kda-service'];

const { folder, run } = useCharts();
const helm = join(folder, '..');
const scratch = mkdtempSync(join(tmpdir(), 'publish-'));
// A socket of gpg's agent is in there, whose path may not be long.
const gnupg = mkdtempSync('/tmp/gnupg-');
let registry: ChildProcess;
let target = '';

/** Runs helm/publish, or helm/package, of this test's copy. */
function script(name: string, args: string[], env: Record<string, string> = {}) {
  return spawnSync(join(helm, name), args, {
    encoding: 'utf8',
    env: { ...process.env, SOURCE_DATE_EPOCH: '1700000000', GNUPGHOME: gnupg, ...env },
  });
}
const publish = (env: Record<string, string> = {}) => script('publish', [target, '--plain-http'], env);
const gpg = (...args: string[]) =>
  spawnSync('gpg', ['--homedir', gnupg, '--batch', ...args], { encoding: 'utf8' });

describe.skipIf(!hasHelm || !hasRegistry)('charts in a registry', () => {
  beforeAll(async () => {
    // It logs to a file: nobody reads a pipe while these tests wait for a program.
    const log = join(scratch, 'registry.log');
    registry = spawn(binary, ['-port', '0'], { stdio: ['ignore', 'ignore', openSync(log, 'w')] });
    const port = await vi.waitUntil(
      () => /serving on port (\d+)/.exec(readFileSync(log, 'utf8'))?.[1],
      30_000,
    );
    target = `oci://127.0.0.1:${port}/charts`;
  });
  afterAll(() => {
    registry.kill();
    if (hasGpg) spawnSync('gpgconf', ['--homedir', gnupg, '--kill', 'all']);
    for (const path of [scratch, gnupg]) rmSync(path, { recursive: true, force: true });
  });

  test('are all published, once: the same bytes again change nothing', { timeout: 120_000 }, () => {
    const first = publish();
    expect(first.stderr).toBe('');
    expect(first.status).toBe(0);
    const published = [...first.stdout.matchAll(/^(\S+) (\S+) sha256:[0-9a-f]{64}$/gm)].map(
      ([, name]) => name,
    );
    expect(published.toSorted()).toEqual([...charts, ...libraries].toSorted());
    const second = publish();
    expect(second.status).toBe(0);
    expect(second.stdout.match(/ is published$/gm)).toHaveLength(published.length);
  });

  test('a version that is published is not replaced', { timeout: 120_000 }, () => {
    const values = join(folder, 'valkey/values.yaml');
    const before = readFileSync(values, 'utf8');
    writeFileSync(values, `${before}# changed\n`);
    const refused = publish();
    writeFileSync(values, before);
    expect(refused.stderr).toBe(
      'error: valkey 0.2.0 is published with other contents: raise version in its Chart.yaml\n',
    );
    expect(refused.status).toBe(1);
  });

  test('are consumed by version, by a chart of another folder', { timeout: 60_000 }, () => {
    const greeting = join(scratch, 'greeting');
    cpSync(join(helm, 'examples/greeting'), greeting, { recursive: true });
    const chart = readFileSync(join(greeting, 'Chart.yaml'), 'utf8');
    writeFileSync(
      join(greeting, 'Chart.yaml'),
      chart.replaceAll('oci://registry.example.com/charts', target),
    );
    const update = run('dependency', 'update', greeting, '--plain-http');
    expect(update.ok, update.stderr).toBe(true);
    expect(readFileSync(join(greeting, 'Chart.lock'), 'utf8')).toContain(target);
    const { ok, stdout, stderr } = run('template', 'greeting', greeting);
    expect(stderr).toBe('');
    expect(ok).toBe(true);
    const pods = workloadsOf(parse(stdout)).map(({ owner }) => owner);
    expect(pods).toEqual(expect.arrayContaining(['Deployment/greeting', 'CronJob/greeting-tidy']));
    const misspelt = run('template', 'greeting', greeting, '--set', 'workloads.tidy.shedule=x');
    expect(misspelt.stderr).toContain("additional properties 'shedule' not allowed");
  });

  test('install without this repository', { timeout: 60_000 }, () => {
    const { ok, stderr } = run('template', 'x', `${target}/valkey`, '--version', '0.2.0', '--plain-http');
    expect(stderr).not.toContain('Error');
    expect(ok).toBe(true);
  });

  test.skipIf(!hasGpg)('say who packed them, and a change is noticed', { timeout: 120_000 }, () => {
    expect(
      gpg('--passphrase', '', '--quick-generate-key', 'charts@example.com', 'rsa2048', 'sign').status,
    ).toBe(0);
    const keyring = join(scratch, 'pubring.gpg');
    gpg('--output', keyring, '--export', 'charts@example.com');
    const signed = join(scratch, 'signed');
    mkdirSync(signed);
    const SIGNING_KEY = 'charts@example.com';
    target = `${target}-signed`;
    const outcome = publish({ SIGNING_KEY, PACKAGES: signed });
    expect(outcome.stderr).toBe('');
    for (const file of readdirSync(signed).filter((name) => name.endsWith('.tgz')))
      expect(run('verify', join(signed, file), '--keyring', keyring).ok, file).toBe(true);
    const pull = (destination: string, ...flags: string[]) =>
      run(
        'pull',
        `${target}/valkey`,
        '--version=0.2.0',
        '--plain-http',
        `--destination=${destination}`,
        ...flags,
      );
    const verified = pull(scratch, '--verify', `--keyring=${keyring}`);
    expect(verified.ok, verified.stderr).toBe(true);
    const altered = join(signed, 'valkey-0.2.0.tgz');
    writeFileSync(altered, `${readFileSync(altered, 'latin1')}x`, 'latin1');
    const refused = run('verify', altered, '--keyring', keyring);
    expect(refused.stderr).toContain('sha256 sum does not match');
    expect(refused.ok).toBe(false);
  });
});

describe('the example', () => {
  test('has the schema that its source says', () => {
    const path = join(import.meta.dirname, '../../helm/examples/greeting');
    const written = JSON.parse(readFileSync(join(path, 'values.schema.json'), 'utf8'));
    expect(written).toEqual(JSON.parse(JSON.stringify(chartSchema(path))));
  });

  test('takes the libraries of this release', () => {
    const of = (path: string) =>
      parseYaml(readFileSync(join(import.meta.dirname, '../../helm', path, 'Chart.yaml'), 'utf8'));
    for (const { name, version } of of('examples/greeting').dependencies)
      expect(version, name).toBe(of(`library/${name.replace('kda-', '')}`).version);
  });
});
