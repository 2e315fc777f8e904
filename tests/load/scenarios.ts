import { FILES, REF_DATASETS, ROWS } from './seed.ts';

export interface LoadRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  headers?: Record<string, string>;
  body?: string;
  /** Is given the Location of an answer that has one. */
  located?: (path: string) => void;
}

/** The next request of a stream that is the same on every run, but for ids that the server gives. */
export type Scenario = (random: () => number) => () => LoadRequest;

const JSON_BODY = { 'content-type': 'application/json' };

/** Mostly single datasets, some lists and searches through mirrors and files. */
const browse: Scenario = (random) => {
  const kinds: [share: number, path: () => string][] = [
    [60, () => `/datasets/${upTo(random, ROWS)}`],
    [20, () => '/datasets?limit=20'],
    [8, () => `/datasets/${upTo(random, REF_DATASETS)}/mirror`],
    [6, () => `/datasets/${upTo(random, REF_DATASETS)}/versions`],
    [6, () => `/datasets/${upTo(random, REF_DATASETS)}/versions/latest/files?limit=20`],
  ];
  return () => ({ method: 'GET', path: choose(random, kinds)() });
};

/** As many are deleted as are created, so that a long run does not grow the table. */
const write: Scenario = (random) => {
  const own: string[] = [];
  const kinds: [share: number, request: () => LoadRequest][] = [
    [40, () => creation(random, (path) => own.push(path))],
    [20, () => change(random)],
    [
      40,
      () => {
        const path = own.shift();
        return path ? { method: 'DELETE', path } : creation(random, (created) => own.push(created));
      },
    ],
  ];
  return () => choose(random, kinds)();
};

/** Small files mostly; of the largest, a range. */
const download: Scenario = (random) => {
  const { small, medium, large, huge } = FILES;
  const kinds: [share: number, request: () => LoadRequest][] = [
    [40, () => fileRequest(random, small.path)],
    [40, () => fileRequest(random, medium.path)],
    [15, () => fileRequest(random, large.path)],
    [5, () => ({ ...fileRequest(random, huge.path), headers: { range: megabyte(upTo(random, 9)) } })],
  ];
  return () => choose(random, kinds)();
};

const mixed: Scenario = (random) => {
  const [read, change, file] = [browse, write, download].map((scenario) => scenario(random)) as [
    () => LoadRequest,
    () => LoadRequest,
    () => LoadRequest,
  ];
  return () =>
    choose(random, [
      [80, read],
      [10, change],
      [10, file],
    ])();
};

export const SCENARIOS = { browse, write, download, mixed };

export type ScenarioName = keyof typeof SCENARIOS;

function creation(random: () => number, located: (path: string) => void): LoadRequest {
  const body = JSON.stringify({ name: `zz load ${upTo(random, 1e9)}`, description: 'Made by a load test' });
  return { method: 'POST', path: '/datasets', headers: JSON_BODY, body, located };
}

function change(random: () => number): LoadRequest {
  const body = JSON.stringify({ description: `Changed by a load test to ${upTo(random, 1e9)}` });
  return { method: 'PATCH', path: `/datasets/${upTo(random, ROWS)}`, headers: JSON_BODY, body };
}

function fileRequest(random: () => number, path: string): LoadRequest {
  return { method: 'GET', path: `/datasets/${upTo(random, REF_DATASETS)}/versions/latest/files/${path}` };
}

function megabyte(number: number): string {
  return `bytes=${number}000000-${number}999999`;
}

function upTo(random: () => number, most: number): number {
  return 1 + Math.floor(random() * most);
}

function choose<T>(random: () => number, kinds: readonly [share: number, kind: T][]): T {
  const total = kinds.reduce((sum, [share]) => sum + share, 0);
  let left = random() * total;
  for (const [share, kind] of kinds) {
    left -= share;
    if (left < 0) return kind;
  }
  throw new Error('there is nothing to choose from');
}
