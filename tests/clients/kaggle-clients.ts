import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Clients of Kaggle as PyPI has them, each in an environment of its own: they need different releases of one another. */
const PACKAGES = {
  'kaggle 2.2': ['kaggle==2.2.5', 'six'],
  'kaggle 1.7': ['kaggle==1.7.4.5'],
  'kaggle 1.6': ['kaggle==1.6.17'],
  'kagglehub 1.0': ['kagglehub==1.0.3'],
  'kagglehub 0.3': ['kagglehub==0.3.13'],
  opendatasets: ['opendatasets==0.1.22', 'kaggle==2.2.5', 'six'],
} as const;
export type Client = keyof typeof PACKAGES;

export interface Clients {
  /** The folder of a client's programs. */
  bin(client: Client): string;
  remove(): Promise<void>;
}

/**
 * The clients that `OFFICIAL_CLIENTS` gives: `1` installs them for this run, a path is a folder where they are installed
 * once and stay. Null without it, and without a Python or PyPI to install them with.
 */
export async function findClients(given = process.env.OFFICIAL_CLIENTS): Promise<Clients | null> {
  if (!given) return null;
  const folder = given === '1' ? await mkdtemp(join(tmpdir(), 'kaggle-clients-')) : given;
  const remove = async () => {
    if (given === '1') await rm(folder, { recursive: true, force: true });
  };
  const bin = (client: Client) => join(folder, client.replace(' ', '-'), 'bin');
  try {
    for (const [client, packages] of Object.entries(PACKAGES)) await install(bin(client as Client), packages);
    return { bin, remove };
  } catch (error) {
    process.stdout.write(`The clients of Kaggle cannot be installed: ${error}\n`);
    await remove();
    return null;
  }
}

async function install(bin: string, packages: readonly string[]): Promise<void> {
  const marker = join(bin, '../installed');
  if (existsSync(marker)) return;
  await run('python3', ['-m', 'venv', join(bin, '..')], { timeout: 60_000 });
  const args = ['install', '--quiet', '--disable-pip-version-check', ...packages];
  await run(join(bin, 'pip'), args, { timeout: 240_000 });
  await writeFile(marker, packages.join('\n'));
}
