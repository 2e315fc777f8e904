import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../free-port.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
/** Documents whose `console` blocks show a session. */
export const WITH_SESSIONS = ['README.md', 'docs/tutorial.md'];
const BLOCK = /(```console\n)([\s\S]*?)(```)/g;

/**
 * A document with what its console blocks really print, on an installation made for this. A command that ends in `&`
 * (`npm start`, `npm run fake-kaggle`, a receiver) runs until the last block is done.
 */
export async function withSessions(document: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kaggle-session-'));
  await run(['chmod', '755', folder], {});
  const ports = { 3000: await freePort(), 7777: await freePort(), 8080: await freePort() };
  const translate = (text: string) => replacePorts(text, Object.entries(ports));
  const back = (text: string) =>
    replacePorts(
      text,
      Object.entries(ports).map(([written, real]) => [String(real), Number(written)]),
    );
  const env = {
    ...process.env,
    DATA_DIR: join(folder, 'data'),
    PORT: String(ports[3000]),
    DEMO: join(folder, 'demo'),
    LOGS: folder,
    DATABASE_URL: '',
  };
  const servers: ChildProcess[] = [];
  try {
    const blocks: string[] = [];
    for (const [, , body = ''] of document.matchAll(BLOCK)) {
      const lines: string[] = [];
      for (const command of commandsOf(body)) {
        const line = translate(command)
          .replaceAll('demo', '"$DEMO"')
          .replaceAll(/\b\w+\.log\b/g, '"$LOGS/$&"')
          // The port after the stand-in's own may be taken here.
          .replace(/--port \d+/, '$& --storage-port 0');
        const printed = /&$/.test(command)
          ? await startServer(line, env, servers)
          : await run(['bash', '-c', line], env);
        lines.push(`$ ${command}`, ...(printed === '' ? [] : [back(printed)]));
      }
      blocks.push(`${lines.join('\n')}\n`);
    }
    return document.replace(
      BLOCK,
      (_match, opening, _body, closing) => `${opening}${blocks.shift()}${closing}`,
    );
  } finally {
    for (const server of servers.reverse()) await stop(server);
    await rm(folder, { recursive: true, force: true });
  }
}

/** What differs from run to run, made the same. */
export function withoutChance(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}Z/g, '<time>')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replace(/\b\d+(\.\d+)? s\b/g, '<n> s');
}

/** Lines after `$ `; one that ends in a backslash goes on. */
function commandsOf(body: string): string[] {
  const joined = body.replace(/\\\n/g, '\\\u0000');
  return [...joined.matchAll(/^\$ (.*)$/gm)].map(([, command = '']) => command.replaceAll('\u0000', '\n'));
}

function replacePorts(text: string, pairs: [string, number][]): string {
  return pairs.reduce(
    (result, [from, to]) =>
      ['localhost:', '--port ', 'listen('].reduce(
        (line, before) => line.replaceAll(before + from, before + to),
        result,
      ),
    text,
  );
}

async function run([command = '', ...args]: string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(command, args, {
    cwd: PROJECT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
  await once(child, 'close');
  return printed.trimEnd();
}

async function startServer(line: string, env: NodeJS.ProcessEnv, servers: ChildProcess[]): Promise<string> {
  const child = spawn(
    'bash',
    ['-c', `exec ${line.replace(/\s*&$/, '').replace(/^((?:\w+=\S+ )*)npm/, 'env $1npm')}`],
    {
      cwd: PROJECT,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  servers.push(child);
  let printed = '';
  child.stdout?.on('data', (chunk) => (printed += chunk));
  const [, port] = /listen\((\d+)\)/.exec(line) ?? [];
  while (!(port ? await isListening(Number(port)) : /Ctrl-C stops|fake Kaggle:/.test(printed))) {
    if (child.exitCode !== null) throw new Error(`${line} ended: ${printed}`);
    await sleep(50);
  }
  return '';
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const found = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return found;
}

/** As a terminal's Ctrl-C: the whole group hears it. Waits until none of it is left. */
async function stop({ pid = 0 }: ChildProcess): Promise<void> {
  for (let signal: NodeJS.Signals | 0 = 'SIGINT', end = Date.now() + 20_000; Date.now() < end; signal = 0) {
    try {
      process.kill(-pid, signal);
    } catch {
      return;
    }
    await sleep(50);
  }
  throw new Error(`process group ${pid} does not stop`);
}
