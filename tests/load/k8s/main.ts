import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ingressTo } from '../../k8s/setup/ingress.ts';
import { removeNamespace } from '../../k8s/setup/remove-namespace.ts';
import { toolsIn } from '../../k8s/setup/tools.ts';
import { phasesOf } from './phases.ts';
import { report, type Sample } from './report.ts';
import { describeVariants, installServices, type Service } from './services.ts';

const HELP = `Measures how long a request takes that finds no pod. The API and a static hello server take turns.

  npm run bench:k8s -- [--rounds 20] [--out FILE.json] [--variants NAME,…] [--images NAME=IMAGE,…]
                        [--no-policies]

  --variants   also measure the API with other values:
${describeVariants('               ')}
  --images     also measure the API from other images
  --no-policies   measure without network policies, whose enforcement takes a part of the time

Set KUBECONFIG, INGRESS_URL and HELLO_IMAGE, a static server that the cluster can start (for example
dev.local/hello:1 or ghcr.io/knative/helloworld-go by digest). Keep the machine quiet.
`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    out: { type: 'string' },
    variants: { type: 'string', default: '' },
    images: { type: 'string', default: '' },
    'no-policies': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const missing = ['KUBECONFIG', 'INGRESS_URL', 'HELLO_IMAGE'].filter((name) => !process.env[name]);
if (values.help || missing.length > 0) {
  if (!values.help) process.stderr.write(`not set: ${missing.join(', ')}\n\n`);
  process.stdout.write(HELP);
  process.exit(values.help ? 0 : 2);
}

const namespace = `kaggle-bench-${process.pid}`;
const tools = toolsIn(namespace);
let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    stopping = true;
  });
try {
  const services = await installServices(namespace, String(process.env.HELLO_IMAGE), values);
  if (values['no-policies']) await tools.kubectl('delete', 'networkpolicies', '--all');
  const samples = await measure(services, Number(values.rounds));
  process.stdout.write(report(services, samples));
  if (values.out) {
    mkdirSync(new URL('.', `file://${process.cwd()}/${values.out}`), { recursive: true });
    writeFileSync(values.out, `${JSON.stringify(samples, null, 2)}\n`);
  }
} finally {
  await removeNamespace(namespace);
}

async function measure(services: readonly Service[], rounds: number): Promise<Sample[]> {
  const asks = new Map(services.map(({ name }) => [name, ingressTo(namespace, name)]));
  const samples: Sample[] = [];
  for (let round = 0; round < rounds && !stopping; round += 1) {
    await nothingRuns();
    // Each starts as often first as any other: a node just used is quicker.
    for (let turn = 0; turn < services.length; turn += 1) {
      const service = services[(round + turn) % services.length] as Service;
      const started = Date.now();
      const answer = await asks.get(service.name)?.(service.path);
      const seconds = (Date.now() - started) / 1_000;
      if (answer?.status !== 200) throw new Error(`${service.name} answered ${answer?.status}`);
      samples.push({
        service: service.name,
        round,
        seconds,
        ...(await phasesOf(tools, service.name, started)),
      });
      process.stderr.write(`round ${round + 1}/${rounds} ${service.name} ${seconds.toFixed(2)} s\n`);
    }
  }
  return samples;
}

/** Scaled to zero; what still shuts down answers nothing any more. */
async function nothingRuns(): Promise<void> {
  const running = async () => {
    const pods = await tools.list('pods', 'serving.knative.dev/service');
    return pods.some(({ metadata }) => metadata.deletionTimestamp === undefined);
  };
  while (await running()) await new Promise((tick) => setTimeout(tick, 1_000));
  await new Promise((settle) => setTimeout(settle, 3_000));
}
