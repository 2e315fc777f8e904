import { execFile, execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

export const PROJECT = resolve(import.meta.dirname, '../..');

/** Whether a Docker engine with buildx and compose answers. */
export const hasDocker = (() => {
  try {
    execFileSync('docker', ['info'], { stdio: 'ignore', timeout: 10_000 });
    execFileSync('docker', ['compose', 'version'], { stdio: 'ignore', timeout: 10_000 });
    return true;
  } catch {
    process.stdout.write(
      'Tests of the image and of compose are skipped: no Docker engine with compose answers.\n',
    );
    return false;
  }
})();

/** Runs docker and gives its standard output; throws with its standard error. */
export async function docker(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)('docker', args, {
    cwd: options.cwd ?? PROJECT,
    env: { ...process.env, ...options.env },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout.trim();
}

/** Builds a target of the Dockerfile with the base images that the environment names; gives the image's id. */
export function build(target: string, context: string = PROJECT): Promise<string> {
  const bases = ['NODE_IMAGE', 'RUNTIME_IMAGE'].filter((name) => process.env[name]);
  const args = bases.flatMap((name) => ['--build-arg', name]);
  return docker(['build', '--quiet', '--target', target, ...args, context]);
}
