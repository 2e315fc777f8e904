import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasCluster, product } from './setup/cluster.ts';
import { ingressTo } from './setup/ingress.ts';
import { useNamespace } from './setup/platform.ts';
import { run } from './setup/run.ts';

const CHART = 'helm/charts/kaggle-data-api';
const SECONDS = 55;

/** In place of the API: answers at once, but for one path. The first process of a container has to ask for its signals. */
const SERVER = `process.once('SIGTERM', () => process.exit());
require('node:http').createServer((request, response) => {
  setTimeout(() => response.end('held'), request.url === '/held' ? ${SECONDS}_000 : 0);
}).listen(process.env.PORT)`;

describe.skipIf(!hasCluster)('a response that is held back', () => {
  const { name: namespace, helm } = useNamespace();
  const ask = ingressTo(namespace, 'kaggle-data-api');
  const folder = mkdtempSync(join(tmpdir(), 'k8s-held-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeAll(async () => {
    const values = join(folder, 'values.json');
    const [repository, tag] = product.split(/:(?=[^:]*$)/);
    writeFileSync(
      values,
      JSON.stringify({
        image: { repository, tag },
        args: ['-e', SERVER],
        externalDatabase: { required: false, existingSecret: '' },
        volumes: { data: null },
        workloads: { migrate: null },
      }),
    );
    await run('helm', ['dependency', 'build', '--skip-refresh', CHART]);
    const files = ['--values', `${CHART}/values-local.yaml`, '--values', values];
    await helm('install', 'kaggle-data-api', CHART, ...files, '--wait', '--timeout', '3m');
  }, 240_000);

  it(`reaches its client through Kourier after ${SECONDS} seconds`, { timeout: 120_000 }, async () => {
    const begun = Date.now();
    const { status, body } = await ask('/held');
    expect({ status, body: body.toString() }).toEqual({ status: 200, body: 'held' });
    expect(Date.now() - begun).toBeGreaterThanOrEqual(SECONDS * 1_000);
  });
});
