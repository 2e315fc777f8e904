import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { libraries } from '../../helm/schema/source.ts';
import { charts, hasHelm, useCharts } from './helm.ts';

const here = useCharts();
const elsewhere = useCharts();
const out = mkdtempSync(join(tmpdir(), 'packages-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** Runs helm/package and returns its output: a sum and a file on each line. */
function packages(folder: string, name: string, ...which: string[]) {
  const destination = join(out, name);
  const env = { ...process.env, SOURCE_DATE_EPOCH: '1700000000' };
  const outcome = spawnSync(join(folder, '../package'), [destination, ...which], { encoding: 'utf8', env });
  const sums = [...outcome.stdout.matchAll(/^([0-9a-f]{64}) {2}.*\/(.+)\.tgz$/gm)];
  return { ...outcome, destination, sums: Object.fromEntries(sums.map(([, sum, file]) => [file, sum])) };
}

describe.skipIf(!hasHelm)('helm/package', () => {
  test('makes the same bytes wherever and whenever', { timeout: 120_000 }, () => {
    const runs = ['first', 'second', 'third', 'fourth'].map((name, index) =>
      packages((index % 2 ? elsewhere : here).folder, name),
    );
    expect(Object.keys(runs[0]?.sums ?? {})).toHaveLength(charts.length + libraries.length);
    for (const { sums } of runs) expect(sums).toEqual(runs[0]?.sums);
  });

  test('makes charts that install without this repository', () => {
    const { destination } = packages(here.folder, 'whole', ...charts);
    for (const file of readdirSync(destination)) {
      const [chart = ''] = /^.*(?=-\d+\.\d+\.\d+\.tgz$)/.exec(file) ?? [];
      const values = join(here.folder, chart, 'values-production.yaml');
      const { stderr, ok } = here.run('template', 'x', join(destination, file), '--values', values);
      expect(stderr).toBe('');
      expect(ok).toBe(true);
      const listing = spawnSync('tar', ['-tzf', join(destination, file)], { encoding: 'utf8' }).stdout;
      expect(listing).toContain('values.schema.json');
      expect(listing).not.toContain('values.schema.yaml');
    }
  });

  test('makes charts that say their licence, and what changed', () => {
    for (const folder of [
      ...charts.map((name) => `charts/${name}`),
      ...libraries.map((name) => `library/${name}`),
    ]) {
      const { annotations } = parse(readFileSync(join(here.folder, '..', folder, 'Chart.yaml'), 'utf8'));
      expect(annotations['artifacthub.io/license'], folder).toBe('Apache-2.0');
      const changes: { kind: string; description: string }[] = parse(annotations['artifacthub.io/changes']);
      for (const { kind, description } of changes) {
        expect(['added', 'changed', 'deprecated', 'removed', 'fixed', 'security'], folder).toContain(kind);
        expect(description, folder).toMatch(/^[A-Za-z].*\.$/);
      }
    }
  });

  test('names a chart that is not there', () => {
    const { status, stderr } = packages(here.folder, 'none', 'kagle-data-api');
    expect(stderr).toContain('there is no chart kagle-data-api in');
    expect(status).toBe(2);
  });

  test('locks each chart to the libraries beside it', () => {
    for (const chart of charts) {
      const lock = readFileSync(join(here.folder, chart, 'Chart.lock'), 'utf8');
      expect(lock.match(/repository: (?!file:\/\/\.\.\/\.\.\/library\/)/g), chart).toBeNull();
    }
  });
});
