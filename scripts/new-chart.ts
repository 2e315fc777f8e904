/** Makes a service or a job: its chart, its code and its test. See HELP. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generated } from '../helm/schema/generate.ts';
import { camel, filesOf } from '../helm/starters/files.ts';
import { type Request, readRequest } from '../helm/starters/request.ts';

const HELP = `Makes a service or a job of this project: chart, values of every environment, code and test.

  npm run new:service -- NAME [--mode knative|deployment]
  npm run new:job -- NAME [--type job|cronjob] [--schedule "0 3 * * *"]

NAME is its name everywhere: lower-case words joined by hyphens, at most 40 characters.
A schedule makes the job a CronJob.
`;
const root = join(import.meta.dirname, '..');
const at = (path: string): string => join(root, path);

/** Adds the group and its function to the list that the server and the tests go by. */
function register(name: string): void {
  const path = at('functions/index.ts');
  const text = readFileSync(path, 'utf8');
  const imports = /(?:^import \{ \w+ \} from '\.\/[\w/-]+\.ts';\n)+/m;
  const lines = [
    `import { ${camel(`${name}-group`)} } from './${name}/group.ts';\n`,
    `import { ${camel(name)} } from './${name}/${name}.ts';\n`,
  ];
  const sorted = (block: string) =>
    `${block}${lines.join('')}`
      .split(/(?<=\n)/)
      .toSorted(byPath)
      .join('');
  const group = `  { ...${camel(`${name}-group`)}, functions: [${camel(name)}] },\n`;
  writeFileSync(path, text.replace(imports, sorted).replace(/\n\];\n$/, `\n${group}];\n`));
}

const byPath = (a: string, b: string): number => (a.split("'")[1] ?? '').localeCompare(b.split("'")[1] ?? '');

function write(request: Request): string[] {
  const files = filesOf(request, root);
  for (const [path, content] of files) {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), content, { flag: 'wx' });
  }
  const chart = at(`helm/charts/${request.name}`);
  for (const [path, content] of generated()) if (path.startsWith(`${chart}/`)) writeFileSync(path, content);
  if (request.kind === 'service') register(request.name);
  return [...files.map(([path]) => path), `helm/charts/${request.name}/values.schema.json`].toSorted();
}

/** Chart.lock; false without Helm. */
function lock(name: string): boolean {
  try {
    execFileSync(process.env.HELM ?? 'helm', ['dependency', 'build', at(`helm/charts/${name}`)], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

function make(request: Request): void {
  const { name, kind } = request;
  console.log(
    `${write(request).join('\n')}${kind === 'service' ? '\nfunctions/index.ts (its group added)' : ''}\n`,
  );
  const build = lock(name) ? '' : `helm dependency build helm/charts/${name}   # Helm was not found\n  `;
  console.log(`Next, the code is in functions/${name}:

  npm test -- tests/functions/${name}
  ${build}helm lint --strict helm/charts/${name} --values helm/charts/${name}/values-local.yaml

Then build the image with it, load it on the cluster, and install with the tag that the first command prints:

  make -C knative image
  helm install ${name} helm/charts/${name} --values helm/charts/${name}/values-local.yaml --set-string image.tag=TAG --wait`);
}

try {
  const request = readRequest(process.argv.slice(2), root, HELP);
  if (request) make(request);
  else process.stdout.write(HELP);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
