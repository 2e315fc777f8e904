import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { parseAllDocuments } from 'yaml';

/** An object as Helm renders it. */
export interface Rendered {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    [field: string]: unknown;
  };
  // biome-ignore lint/suspicious/noExplicitAny: the shape depends on the kind, and the tests say what they expect
  spec?: any;
  data?: Record<string, string>;
  stringData?: Record<string, string>;
}

export interface Outcome {
  ok: boolean;
  stdout: string;
  stderr: string;
}

const helmSource = join(import.meta.dirname, '../../helm');
const binary = process.env.HELM ?? 'helm';
const { stdout: version } = spawnSync(binary, ['version', '--template', '{{ .Version }}'], {
  encoding: 'utf8',
});

/** False when there is no Helm 4 on PATH or in HELM: suites say `describe.skipIf(!hasHelm)`. */
export const hasHelm = /^v4\./.test(version ?? '');
if (!hasHelm) console.warn('chart tests are skipped: no Helm 4 on PATH; HELM=/path/to/helm names one');

export const charts = readdirSync(join(helmSource, 'charts'));
export const environments = ['local', 'dev', 'staging', 'production'] as const;

/** What an environment asks its installer for. */
const given: Record<string, object> = { 'postgres-dev': { auth: { password: 'given-at-install' } } };

export interface Charts {
  /** The folder with the charts, their dependencies built. */
  readonly folder: string;
  run(...args: string[]): Outcome;
  /** `helm template` with the values of an environment and others over them. */
  template(chart: string, environment: string, values?: object, ...args: string[]): Outcome;
  /** The same, parsed; fails when Helm refuses. */
  render(chart: string, environment: string, values?: object, ...args: string[]): Rendered[];
}

/** A copy of helm/ of this test file's own, so that files run in parallel and nothing is left in the tree. */
export function useCharts(): Charts {
  const root = mkdtempSync(join(tmpdir(), 'charts-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const run = (...args: string[]): Outcome => {
    const { status, stdout, stderr } = spawnSync(binary, args, { encoding: 'utf8', cwd: root });
    return { ok: status === 0, stdout, stderr };
  };
  const folder = join(root, 'charts');
  if (hasHelm) {
    cpSync(helmSource, root, { recursive: true });
    for (const chart of charts) {
      const built = run('dependency', 'build', join(folder, chart));
      if (!built.ok) throw new Error(built.stderr);
    }
  }
  let count = 0;
  const rendered = new Map<string, Outcome>();
  const template: Charts['template'] = (...request) => {
    const key = JSON.stringify(request);
    const outcome = rendered.get(key) ?? render(...request);
    rendered.set(key, outcome);
    return outcome;
  };
  const render: Charts['template'] = (chart, environment, values = {}, ...args) => {
    const overlay = join(root, `overlay-${count++}.yaml`);
    writeFileSync(overlay, JSON.stringify(values));
    const files = [
      join(folder, chart, `values-${environment}.yaml`),
      writeGiven(root, chart, environment),
      overlay,
    ];
    return run(
      'template',
      chart,
      join(folder, chart),
      ...files.flatMap((file) => ['--values', file]),
      ...args,
    );
  };
  return {
    folder,
    run,
    template,
    render(...args) {
      const outcome = template(...args);
      if (!outcome.ok) throw new Error(outcome.stderr);
      return parse(outcome.stdout);
    },
  };
}

function writeGiven(root: string, chart: string, environment: string): string {
  const file = join(root, `given-${chart}-${environment}.yaml`);
  writeFileSync(file, JSON.stringify(given[`${chart}-${environment}`] ?? {}));
  return file;
}

export function parse(text: string): Rendered[] {
  return parseAllDocuments(text, { uniqueKeys: true }).flatMap((document) => {
    if (document.errors[0]) throw document.errors[0];
    return document.contents === null ? [] : [document.toJS() as Rendered];
  });
}

export function only(objects: Rendered[], kind: string, name?: string): Rendered {
  const found = objects.filter((object) => object.kind === kind && (!name || object.metadata.name === name));
  const [object] = found;
  if (!object || found.length > 1) throw new Error(`${found.length} objects of kind ${kind} ${name ?? ''}`);
  return object;
}
