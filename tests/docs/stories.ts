import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Installation } from './local.ts';

/** What is the case before a document's block (counted from 0) and after its last, with `npm start`. */
interface Story {
  before?: Record<number, (installation: Installation) => Promise<void>>;
  after?: (installation: Installation) => Promise<void>;
}

export const stories: Record<string, Story> = {
  'docs/runbooks/rotate-secrets.md': {
    before: {
      // Samples are registered without a token, so the first start is open.
      async 0(installation) {
        const { env, folder } = installation;
        await installation.stop();
        env.AUTH = 'on';
        env.API_TOKENS_FILE = join(folder, 'tokens');
        writeFileSync(env.API_TOKENS_FILE, '');
      },
    },
  },
  'docs/runbooks/mirror-stuck.md': {
    before: {
      async 0({ address, env }) {
        env.REF = 'weather/seattle-weather';
        env.ID = String(await register(address, `https://www.kaggle.com/datasets/${env.REF}`));
      },
    },
    async after({ address, env }) {
      const mirror = await (await fetch(`${address}/datasets/${env.ID}/mirror`)).json();
      expect(mirror).toMatchObject({ state: 'ready', version: 2, last_error: null });
    },
  },
  'docs/runbooks/restore.md': {
    before: {
      0: ({ address }) => register(address, 'https://example.org/kept').then(() => {}),
      async 1(installation) {
        await installation.start();
        await register(installation.address, 'https://example.org/lost');
      },
    },
    async after({ address }) {
      const there = await sourcesAt(address);
      expect(there).toContain('https://example.org/kept');
      expect(there).not.toContain('https://example.org/lost');
    },
  },
};

/** The id of a new dataset. */
export async function register(address: string, source_url: string): Promise<number> {
  const response = await fetch(`${address}/datasets`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: source_url, source_url }),
  });
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: number }).id;
}

/** The source_url of every dataset. */
export async function sourcesAt(address: string): Promise<(string | null)[]> {
  const { datasets } = (await (await fetch(`${address}/datasets`)).json()) as {
    datasets: { source_url: string | null }[];
  };
  return datasets.map(({ source_url }) => source_url);
}
