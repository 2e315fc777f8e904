import { globSync } from 'node:fs';
import { parseArgs } from 'node:util';

const NAME = /^(?=.{2,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const SCHEDULE = /^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|\S+( \S+){4})$/;
const RESERVED = ['common', 'service', 'job', 'global', 'index', 'server', 'runtime', 'lambda'];

/** What to make, as the command line says. */
export interface Request {
  kind: 'service' | 'job';
  name: string;
  mode: string;
  type: string;
  schedule: string;
}

/**
 * Reads and checks the command line, or null when it asks for help.
 * @throws {Error} with everything that is wrong with it, or the help when it says nothing
 */
export function readRequest(args: string[], root: string, help: string): Request | null {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      mode: { type: 'string' },
      type: { type: 'string' },
      schedule: { type: 'string' },
    },
  });
  const [kind, name = '', ...rest] = positionals;
  if (values.help) return null;
  if ((kind !== 'service' && kind !== 'job') || rest.length > 0) throw new Error(help);
  const type = values.type ?? (values.schedule === undefined ? 'job' : 'cronjob');
  const { mode = 'knative', schedule = type === 'cronjob' ? '0 3 * * *' : '' } = values;
  const problems = [
    !NAME.test(name) &&
      `NAME ${JSON.stringify(name)}: lower-case words joined by hyphens, 2 to 40 characters`,
    RESERVED.includes(name) && `NAME ${name} is taken by the project itself: choose another`,
    !['knative', 'deployment'].includes(mode) && `--mode ${mode}: knative or deployment`,
    !['job', 'cronjob'].includes(type) && `--type ${type}: job or cronjob`,
    kind === 'service' && (values.type ?? values.schedule) && '--type and --schedule are for new:job',
    kind === 'job' && values.mode && '--mode is for new:service',
    type === 'job' && schedule && '--schedule: a job runs once; leave it out, or say --type cronjob',
    schedule &&
      !SCHEDULE.test(schedule) &&
      `--schedule ${JSON.stringify(schedule)}: five fields, such as "0 3 * * *"`,
    ...[
      `functions/${name}`,
      `helm/charts/${name}`,
      `tests/functions/${name}`,
      `tests/functions/*/${name}.test.ts`,
    ]
      .flatMap((pattern) => (NAME.test(name) ? globSync(pattern, { cwd: root }) : []))
      .map((path) => `${path} exists: choose another name, or delete it first`),
  ].filter((problem) => typeof problem === 'string' && problem !== '');
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return { kind, name, mode, type, schedule };
}
