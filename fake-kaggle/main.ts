import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startFakeKaggle } from './server.ts';

const HELP = `A stand-in for Kaggle: npm run fake-kaggle -- [options]

  --root DIR           datasets to offer: DIR/<owner>/<slug>/<version>/<files…>     (samples)
  --port N             port of the API, for KAGGLE_BASE_URL=http://localhost:N/api/v1 (7777)
  --storage-port N     port of the storage that downloads are redirected to          (port + 1)
  --host ADDRESS       address to listen on                                          (127.0.0.1)

Send faults to POST /control/faults, for example {"on": "GetDataset", "effect": {"kind": "status", "status": 429}}
`;

function options() {
  const { values } = parseArgs({
    options: {
      root: { type: 'string', default: 'samples' },
      port: { type: 'string', default: '7777' },
      'storage-port': { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const port = Number(values.port);
  const storagePort = Number(values['storage-port'] ?? (port === 0 ? 0 : port + 1));
  if (![port, storagePort].every((value) => Number.isInteger(value) && value >= 0 && value <= 65_535))
    throw new Error('--port and --storage-port take a number from 0 to 65535');
  const root = resolve(values.root);
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`--root: the folder ${root} does not exist`);
  return { root, port, storagePort, host: values.host, help: values.help };
}

try {
  const { help, ...wanted } = options();
  if (help) process.stdout.write(HELP);
  else {
    const fake = await startFakeKaggle(wanted);
    process.stdout.write(
      `fake Kaggle: ${fake.baseUrl}, storage on port ${fake.storagePort}, serving ${wanted.root}\n`,
    );
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void fake.close());
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
  process.exitCode = 2;
}
