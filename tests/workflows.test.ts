import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Step {
  name?: string;
  run?: string;
  uses?: string;
  if?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
  'continue-on-error'?: boolean;
}
interface Job {
  steps: Step[];
  env?: Record<string, string>;
  strategy?: { matrix: Record<string, string[]> };
  'continue-on-error'?: boolean;
}

const project = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(project, path), 'utf8');
const versions = parse(read('helm/versions.yaml')) as {
  images: Record<string, { tag: string }>;
  tools: Record<string, string>;
};
const folder = '.github/workflows';
const files = readdirSync(join(project, folder)).map((name) => `${folder}/${name}`);
const jobsOf = (path: string) => (parse(read(path)) as { jobs: Record<string, Job> }).jobs;

const binary = process.env.ACTIONLINT || 'actionlint';
const hasActionlint = spawnSync(binary, ['-version']).status === 0;
if (!hasActionlint)
  console.warn(
    'the workflows are not linted: no actionlint on PATH; ACTIONLINT=$(.ci/actionlint) builds one',
  );

describe.for(files)('%s', (path) => {
  const steps = Object.values(jobsOf(path)).flatMap((job) => job.steps);

  it.skipIf(!hasActionlint)('is clean for actionlint', () => {
    const { status, stdout, stderr } = spawnSync(binary, ['-no-color', path], {
      cwd: project,
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).toBe('');
    expect(status).toBe(0);
  });

  it('uses exact actions', () => {
    const actions = steps.flatMap(({ uses }) => uses ?? []);
    expect(actions.length).toBeGreaterThan(0);
    for (const action of actions) expect(action).toMatch(/^\.\/|@([0-9a-f]{40}|v\d+\.\d+\.\d+)$/);
  });

  it('names no other version of a tool', () => {
    for (const [tool, version] of Object.entries(versions.tools)) {
      const named = [...read(path).matchAll(new RegExp(`\\b${tool}[-_ ]?version: *["']?v?([\\d.]+)`, 'gi'))];
      for (const [, found] of named) expect(found, tool).toBe(version);
    }
  });

  it('may read the repository and no more, and lets nothing fail unseen', () => {
    expect(parse(read(path)).permissions).toEqual({ contents: 'read' });
    for (const step of steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')))
      expect(step.with).toMatchObject({ 'persist-credentials': false });
    for (const each of [...steps, ...Object.values(jobsOf(path))])
      expect(each).not.toHaveProperty('continue-on-error');
  });
});

describe('ci.yml', () => {
  const jobs = jobsOf(`${folder}/ci.yml`);
  const commands = (job?: Job) => job?.steps.flatMap(({ run }) => run ?? []) ?? [];
  const uploaded = (job?: Job) =>
    job?.steps
      .filter(({ uses }) => uses?.startsWith('actions/upload-artifact@'))
      .map((step) => step.with?.path);

  it('checks, builds and tests, with all the tools that tests skip without', () => {
    const lines = commands(jobs.test);
    expect(lines).toEqual(expect.arrayContaining(['npm ci', 'npm run check', 'npm run build', 'npm test']));
    const before = lines.slice(0, lines.indexOf('npm test')).join('\n');
    for (const tool of [
      'shellcheck',
      '.ci/promtool',
      '.ci/actionlint',
      '.ci/registry',
      'helm.sh/helm/v4/cmd/helm',
    ])
      expect(before).toContain(tool);
  });

  it.for([
    ['audits what is shipped', /^npm audit --omit dev --audit-level high$/],
    ['checks the signatures of the registry', /^npm audit signatures$/],
    ['checks the licences', /\btests\/licences\.test\.ts$/],
    ['writes a bill of materials', /^npm sbom --sbom-format cyclonedx .*> sbom\.cdx\.json$/],
    [
      'scans the image, and fails for what it finds',
      /\btrivy:[\s\S]*image .*--exit-code 1 kaggle-data-api:scan$/m,
    ],
  ] as const)('%s', ([, pattern]) => {
    expect(commands(jobs['supply-chain']).filter((command) => pattern.test(command.trim()))).toHaveLength(1);
  });

  it('keeps the bill of materials', () => {
    expect(uploaded(jobs['supply-chain'])).toEqual(['sbom.cdx.json']);
  });

  it('scans with the pinned scanner the image that it has built', () => {
    const scan = commands(jobs['supply-chain']).find((command) => command.includes('trivy')) ?? '';
    expect(scan).toContain('docker build --tag kaggle-data-api:scan .');
    const [, key = ''] = /trivy:\$\(yq \.tools\.(\w+) helm\/versions\.yaml\)/.exec(scan) ?? [];
    expect(versions.tools[key]).toBeTruthy();
  });
});

describe('nightly.yml', () => {
  const path = `${folder}/nightly.yml`;

  it('runs all tests in their exhaustive form, each night and when somebody asks', () => {
    const steps = Object.values(jobsOf(path)).flatMap((job) => job.steps);
    expect(steps.map(({ run, env }) => ({ run, env }))).toContainEqual({
      run: 'npm test',
      env: { SLOW: '1', SCHEMATHESIS: '1' },
    });
    expect(parse(read(path)).on).toEqual({
      schedule: [{ cron: expect.stringMatching(/^\d+ \d+ \* \* \*$/) }],
      workflow_dispatch: null,
    });
  });
});

describe('k8s.yml', () => {
  const job = jobsOf(`${folder}/k8s.yml`).kind;
  const steps = job?.steps ?? [];

  it('runs on two minor versions of Kubernetes', () => {
    expect(job?.env?.KIND_IMAGE).toBe(`\${{ matrix.node }}`);
    const tags = job?.strategy?.matrix.node?.map((name) => versions.images[name]?.tag ?? name) ?? [];
    expect(tags).toEqual(tags.map(() => expect.stringMatching(/^v1\.\d+\.\d+$/)));
    expect(new Set(tags.map((tag) => tag.split('.')[1])).size).toBe(2);
  });

  it('makes the cluster, the platform and the tests by the targets of make, and removes it whatever happened', () => {
    const made = steps.flatMap(({ run, if: when }) => (run?.startsWith('make ') ? [[run, when]] : []));
    expect(made).toEqual([
      ['make -C knative deploy', undefined],
      ['make -C knative app', undefined],
      ['make -C knative test', undefined],
      ['make -C knative clean', 'always()'],
    ]);
  });

  it('on failure keeps events and logs', () => {
    const collect = steps.findIndex(({ run, if: when }) => when === 'failure()' && run?.includes('events'));
    const upload = steps.findIndex(({ uses }) => uses?.startsWith('actions/upload-artifact@'));
    const remove = steps.findIndex(({ run }) => run === 'make -C knative clean');
    expect([collect, upload, remove]).toEqual([collect, upload, remove].toSorted((a, b) => a - b));
    expect(collect).toBeGreaterThan(0);
    const { run = '' } = steps[collect] ?? {};
    const { path, name } = steps[upload]?.with ?? {};
    expect(steps[upload]?.if).toBe('failure()');
    expect(run).toContain(
      `kubectl get events --all-namespaces --sort-by=.lastTimestamp > ${path}/events.txt`,
    );
    expect(run).toContain(`kind export logs --name kaggle-data ${path}/logs`);
    // Two jobs cannot upload under one name.
    expect(name).toContain('matrix.node');
  });
});
