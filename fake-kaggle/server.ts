import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerApi } from './api.ts';
import { createArchives } from './archives.ts';
import { createFaults, type Faults } from './faults.ts';
import { createSigner } from './signed-url.ts';
import { type Seen, Settings, type State } from './state.ts';
import { answerStorage } from './storage.ts';

export interface FakeKaggle {
  /** For KAGGLE_BASE_URL. */
  baseUrl: string;
  port: number;
  storagePort: number;
  faults: Faults;
  settings: Settings;
  /** Every request so far, to either origin. */
  seen: Seen[];
  close(): Promise<void>;
}

interface Options {
  /** `<owner>/<slug>/<version>/<files…>`. */
  root: string;
  host?: string;
  /** 0: any free one. */
  port?: number;
  storagePort?: number;
}

/** A Kaggle to test against: its API, and the storage its downloads are redirected to, on two origins. */
export async function startFakeKaggle({
  root,
  host = '127.0.0.1',
  port = 0,
  storagePort = 0,
}: Options): Promise<FakeKaggle> {
  const cache = await mkdtemp(join(tmpdir(), 'fake-kaggle-'));
  const state: State = {
    root,
    settings: Settings.parse({}),
    faults: createFaults(),
    archives: createArchives(cache),
    signer: createSigner(),
    seen: [],
    replaced: new Set(),
    storagePort: 0,
  };
  const storage = await listen(
    (request, response) => answerStorage(state, request, response),
    host,
    storagePort,
  );
  state.storagePort = portOf(storage);
  const api = await listen((request, response) => answerApi(state, request, response), host, port);
  return {
    baseUrl: `http://localhost:${portOf(api)}/api/v1`,
    port: portOf(api),
    storagePort: state.storagePort,
    faults: state.faults,
    settings: state.settings,
    seen: state.seen,
    async close() {
      for (const server of [api, storage]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      await rm(cache, { recursive: true, force: true });
    },
  };
}

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

function listen(answer: Answer, host: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}
