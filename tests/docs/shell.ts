import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Block, PROJECT } from './blocks.ts';

const PATIENCE = 300_000;

/** A terminal in the project's folder (`cwd`), where a reader types one block after the other: variables and functions stay. */
export function openShell(env: Record<string, string>, { cwd = PROJECT, patience = PATIENCE } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-'));
  const state = join(folder, 'state');
  return {
    folder,
    close: () => rmSync(folder, { recursive: true, force: true }),
    /** @throws {Error} with all that was printed, when a command fails or the output lacks what the document shows */
    async run({ code, output }: Pick<Block, 'code' | 'output'>): Promise<string> {
      const script = `set -euo pipefail
        if [ -f "$SHELL_STATE" ]; then . "$SHELL_STATE"; fi
        trap '{ set +e; declare -f; export -p; } >"$SHELL_STATE"' EXIT
        set -a
        ${code}`;
      const child = spawn('bash', ['-c', script], {
        cwd,
        env: { ...process.env, ...env, SHELL_STATE: state },
        stdio: ['ignore', 'pipe', 'pipe'],
        // A group of its own, so that what waits for ever goes with it.
        detached: true,
      });
      const timer = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), patience);
      const exited = new Promise<number | null>((done, failed) => child.on('exit', done).on('error', failed));
      const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
      clearTimeout(timer);
      const printed = `${stdout}${stderr}`;
      if (status !== 0) throw new Error(`it ended with ${status}:\n${printed}`);
      const missing = output.filter((line) => !pattern(line).test(printed));
      if (missing.length > 0) throw new Error(`not printed:\n${missing.join('\n')}\nbut:\n${printed}`);
      return printed;
    },
  };
}

/** A line as documents show it: `…` stands for anything. */
function pattern(line: string): RegExp {
  const parts = line.split('…').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(parts.join('.*'));
}
