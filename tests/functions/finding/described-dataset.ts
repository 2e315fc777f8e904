import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { useApi } from '#tests/setup/api.ts';
import type { Mirror } from '#tests/setup/mirror.ts';
import { useMirrored } from '#tests/setup/mirrored-once.ts';

export const DESCRIBED = {
  id_no: 4711,
  title: 'Harbour seals <of> the "North" & Sea',
  subtitle: 'Counts by haul-out site',
  description: '## About\n\nAerial surveys of *Phoca vitulina*, see <a href="https://example.org">here</a>.',
  keywords: ['animals', 'oceans & seas', 'say "hello"'],
  licenses: [{ name: 'CC-BY-4.0' }],
  collaborators: [{ username: 'grace', role: 'writer' }],
  ownerName: 'Ada Lovelace',
  usabilityRating: 0.88,
  image: 'https://images.example.org/seals.png',
  counts: { views: 1_000, downloads: 200, votes: 30, kernels: 4, topics: 1 },
  resources: [
    {
      path: 'counts.csv',
      description: 'One row for each survey',
      schema: {
        fields: [
          { name: 'site', type: 'string', description: 'Name of the haul-out site' },
          { name: 'Seal Count', type: 'integer', description: 'Seals on land at low tide' },
        ],
      },
    },
    { path: 'sites/map.geojson', description: 'Where the sites are' },
  ],
};

const FILES = {
  'counts.csv': 'site,seal count,observer\nSylt,120,ada\nRømø,85,grace\n',
  'sites/map.geojson': '{"type": "FeatureCollection", "features": []}',
};

async function describe({ source }: Mirror, metadata: object): Promise<void> {
  await mkdir(join(source, 'Ada/seals'), { recursive: true });
  await writeFile(join(source, 'Ada/seals/dataset-metadata.json'), JSON.stringify(metadata));
}

async function mirrorIt(mirror: Mirror): Promise<void> {
  await describe(mirror, DESCRIBED);
  await mirror.offer('Ada/seals', 1, FILES);
  expect((await mirror.fetch(['--dataset', 'Ada/seals'])).status).toBe(0);
  await describe(mirror, { ...DESCRIBED, title: 'Seals, renamed', counts: { views: 2_000 } });
  await mirror.offer('Ada/seals', 2, FILES);
  expect((await mirror.fetch([])).status).toBe(0);
}

/** The dataset `Ada/seals`, described at Kaggle, as dataset 1; version 2 is mirrored too. */
export function useDescribedDataset(env: Record<string, string> = {}) {
  const { database, mirror } = useMirrored('Ada/seals', mirrorIt);
  const api = useApi(database, { KAGGLE_DATA_ROOT: mirror.volume, ...env });
  return { api, mirror, database, describeAtKaggle: (metadata: object) => describe(mirror, metadata) };
}
