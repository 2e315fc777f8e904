import { readFileSync } from 'node:fs';
import type { TestCase, TestModule, TestSuite } from 'vitest/node';

/** What the conditions of `skipIf` and `runIf` mean. */
export const MEANINGS: Record<string, string> = {
  canFold: 'no volume that takes names of both cases for one can be mounted',
  canMount: 'no right to mount a tmpfs',
  clients: 'no OFFICIAL_CLIENTS=1, or no Python to install the clients of Kaggle with',
  tools: 'no pandas, Polars, DuckDB and others: OFFICIAL_CLIENTS=1 installs them, and needs Python',
  hasActionlint: 'no actionlint: .ci/actionlint builds one, ACTIONLINT names one',
  hasBrowser: 'no Chromium: .ci/chromium installs one, CHROMIUM names one',
  hasFirefox: 'no Firefox: .ci/firefox installs one, FIREFOX names one',
  hasCluster: 'no cluster with Knative: KUBECONFIG names one',
  hasCurl: 'no curl',
  hasDatabase: 'no embedded PostgreSQL for this platform: TEST_DATABASE_URL names another',
  hasDocker: 'no Docker engine with buildx and compose',
  hasEventing: 'no Knative Eventing on the cluster',
  hasKeda: 'no KEDA on the cluster',
  hasGpg: 'no gpg',
  hasHelm: 'no Helm 4: npm test fetches or builds one, HELM names one',
  hasJq: 'no jq',
  hasKnative: 'no cluster with Knative: KUBECONFIG names one',
  hasKubectl: 'no kubectl',
  hasPromtool: 'no promtool: .ci/promtool fetches one, PROMTOOL names one',
  hasPsql: 'no psql',
  hasR: 'no Rscript',
  hasRegistry: 'no OCI registry: .ci/registry builds one, REGISTRY_PROGRAM names one',
  hasServer: 'no kube-apiserver and etcd',
  hasShellcheck: 'no shellcheck',
  hasValkey: 'no valkey-server or redis-server: TEST_REDIS_URL names one',
  hasWget: 'no wget',
  isHere: 'neither Linux nor an embedded PostgreSQL',
  isRoot: 'not root',
  isWhole: 'WHOLE=1 runs these, as .ci/run does',
  isSlow: 'SLOW=1 tries these, each night',
  loader: 'no mlcroissant, pySHACL and rdflib: CROISSANT=1 installs them, and needs Python',
  oldNode: 'no Node older than 24 on this machine',
  program: 'no schemathesis, and no Python to install it with',
  python: 'no Python with kagglehub and kaggle',
  taken: 'the port of the stand-in for kagglehub is taken',
  'process.env.TEST_DATABASE_URL': 'TEST_DATABASE_URL: these need an embedded PostgreSQL',
  'process.getuid': 'not root',
  'process.platform': 'not on this platform',
};

/**
 * Of the tests that were skipped, how many for which reason. A condition of several parts is not met for the parts
 * that no test which ran has.
 */
export function skipCauses(modules: readonly TestModule[]): Map<string, number> {
  const met = new Set<string>();
  const skipped: string[][] = [];
  let broken = 0;
  for (const module of modules)
    for (const test of module.children.allTests()) {
      if (isBroken(test)) {
        broken += 1;
        continue;
      }
      const conditions = conditionsOf(test);
      if (test.result().state === 'skipped') skipped.push(conditions);
      else for (const condition of conditions) met.add(condition);
    }
  const causes = new Map<string, number>();
  if (broken > 0) causes.set('the set-up of their file or suite failed', broken);
  for (const conditions of skipped) {
    const unmet = conditions.filter((condition) => !met.has(condition));
    const cause =
      unmet.map((condition) => MEANINGS[condition] ?? condition).join(', or ') ||
      'left out by a filter, or for no reason that is given';
    causes.set(cause, (causes.get(cause) ?? 0) + 1);
  }
  return new Map([...causes].sort(([, a], [, b]) => b - a));
}

/** Never begun, because a hook around it failed. */
function isBroken(test: TestCase): boolean {
  if (test.result().state !== 'skipped') return false;
  for (let task = test.parent; ; task = task.parent) {
    if (task.errors().length > 0) return true;
    if (task.type === 'module') return false;
  }
}

/** What a test and the suites around it wait for. */
function conditionsOf(test: TestCase): string[] {
  const conditions: string[] = [];
  for (let task: TestCase | TestSuite | TestModule = test; task.type !== 'module'; task = task.parent)
    conditions.push(...conditionsAt(task.module.moduleId, task.location?.line));
  return conditions;
}

const sources = new Map<string, string[]>();

function conditionsAt(file: string, line: number | undefined): string[] {
  if (line === undefined) return [];
  const lines = sources.get(file) ?? readFileSync(file, 'utf8').split('\n');
  sources.set(file, lines);
  return conditionsIn(lines[line - 1] ?? '');
}

/** The names in the condition of a `skipIf` or `runIf`. */
export function conditionsIn(line: string): string[] {
  const call = /(?:skipIf|runIf)\((.*?)\)(?:\.\w+)*\(/.exec(line);
  return (call?.[1] ?? '')
    .split(/\|\||&&/)
    .map((part) => /[A-Za-z][\w.]*/.exec(part.replace(/await |typeof /, ''))?.[0] ?? '')
    .filter((part) => part !== '');
}
