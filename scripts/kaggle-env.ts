import { parseArgs } from 'node:util';

const usage = `usage: npm run --silent kaggle:env -- --url URL [--format FORMAT]

Prints the variables that have kagglehub and the kaggle command download from this service.
  --url URL         where the service is: http://HOST:PORT, or http://USER:TOKEN@HOST:PORT to read with a token
  --format FORMAT   shell (default), ci, dockerfile or pod
`;

type Variables = [name: string, value: string][];

/** How an environment is written down in each place. */
const FORMATS: Record<string, (variables: Variables) => string[]> = {
  shell: (variables) => variables.map(([name, value]) => `export ${name}='${value}'`),
  ci: (variables) => ['env:', ...variables.map(([name, value]) => `  ${name}: '${value}'`)],
  dockerfile: (variables) => variables.map(([name, value]) => `ENV ${name}='${value}'`),
  pod: (variables) => [
    'env:',
    ...variables.flatMap(([name, value]) => [`  - name: ${name}`, `    value: '${value}'`]),
  ],
};

function variablesFor(url: URL): Variables {
  return [
    ['KAGGLE_API_ENVIRONMENT', 'LOCALHOST'],
    // No quote in it ends those around it.
    ['http_proxy', url.href.replace(/\/$/, '').replaceAll("'", '%27')],
    // What many machines have in it would lead past the proxy.
    ['no_proxy', ''],
    // Some commands refuse to start without a key. One of your own would only travel to the mirror.
    ['KAGGLE_USERNAME', 'mirror'],
    ['KAGGLE_KEY', 'none'],
  ];
}

function fail(reason: string): never {
  process.stderr.write(`${reason}\n\n${usage}`);
  process.exit(2);
}

function read() {
  try {
    const options = { url: { type: 'string' }, format: { type: 'string', default: 'shell' } } as const;
    return parseArgs({ options }).values;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

const { url: address = '', format } = read();
const url = URL.parse(address);
const write = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
if (!write) fail(`--format is one of ${Object.keys(FORMATS).join(', ')}.`);
if (url?.protocol === 'https:')
  fail('--url must begin with http://. Clients do not check the certificate of an https proxy.');
if (url?.protocol !== 'http:' || url.pathname !== '/' || url.search !== '' || url.hash !== '')
  fail('--url is required: http://HOST:PORT, without a path.');
process.stdout.write(`${write(variablesFor(url)).join('\n')}\n`);
