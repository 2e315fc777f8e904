import { spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { freePort } from '#scripts/free-port.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
const yaml = (path: string) => parse(readFileSync(join(PROJECT, path), 'utf8'));

const folders: string[] = [];
const temporary = () => {
  const folder = mkdtempSync(join(tmpdir(), 'encryption-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** What `make deploy` would give to kind; the state folder is in `home`. */
function kindConfig(home: string, env: Record<string, string>) {
  const script = '. knative/lib/settings.sh; . knative/lib/kind.sh; kind_config';
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], {
    cwd: PROJECT,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, XDG_CACHE_HOME: home, CLUSTER: 'kind', ...env },
  });
  return { status, stderr, config: parse(stdout) };
}

const encrypted = (home: string) => kindConfig(home, { ENCRYPT_SECRETS: 'yes' }).config;
const fileOf = (config: ReturnType<typeof encrypted>) =>
  join(config.nodes[0].extraMounts[0].hostPath, 'config.yaml');

describe('kind', () => {
  test('is made as kind.yaml says, without a key, unless asked for', () => {
    const home = temporary();
    expect(kindConfig(home, {}).config).toEqual(yaml('knative/kind.yaml'));
    expect(spawnSync('find', [home, '-type', 'f'], { encoding: 'utf8' }).stdout).toBe('');
    const { status, stderr } = kindConfig(home, { ENCRYPT_SECRETS: 'maybe' });
    expect(status).not.toBe(0);
    expect(stderr).toContain('error: ENCRYPT_SECRETS=maybe is neither yes nor no');
  });

  test('with encryption differs from it by that alone, and keeps the port', () => {
    const { config } = kindConfig(temporary(), { ENCRYPT_SECRETS: 'yes', INGRESS_PORT: '8099' });
    const { kubeadmConfigPatches: _, nodes, ...rest } = config;
    const [{ extraMounts: __, ...node }] = nodes;
    node.extraPortMappings[0].hostPort = 8080;
    expect({ ...rest, nodes: [node] }).toEqual(yaml('knative/kind.yaml'));
    expect(config.nodes).toHaveLength(1);
  });

  test('gives the API server the file, in both forms of kubeadm’s configuration', () => {
    const config = encrypted(temporary());
    const [mount] = config.nodes[0].extraMounts;
    const patches = config.kubeadmConfigPatches.map((text: string) => parse(text));
    const flag = 'encryption-provider-config';
    const value = `${mount.containerPath}/config.yaml`;
    expect(
      patches.map(({ apiVersion, apiServer }: (typeof patches)[0]) => [apiVersion, apiServer.extraArgs]),
    ).toEqual([
      ['kubeadm.k8s.io/v1beta3', { [flag]: value }],
      ['kubeadm.k8s.io/v1beta4', [{ name: flag, value }]],
    ]);
    for (const { apiServer } of patches)
      expect(apiServer.extraVolumes).toEqual([
        expect.objectContaining({
          hostPath: mount.containerPath,
          mountPath: mount.containerPath,
          readOnly: true,
        }),
      ]);
    expect(mount.readOnly).toBe(true);
  });

  test('has a key of 32 bytes that is this machine’s own, stays, and is for this user alone', () => {
    const home = temporary();
    const file = fileOf(encrypted(home));
    const made = readFileSync(file, 'utf8');
    const keyOf = (text: string) => parse(text).resources[0].providers[0].secretbox.keys[0].secret;
    expect(Buffer.from(keyOf(made), 'base64')).toHaveLength(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(fileOf(encrypted(home)), 'utf8')).toBe(made);
    expect(keyOf(readFileSync(fileOf(encrypted(temporary())), 'utf8'))).not.toBe(keyOf(made));
    expect(keyOf(readFileSync(join(PROJECT, 'knative/config/encryption.yaml'), 'utf8'))).toBe('KEY');
  });
});

const programs = ['etcd', 'kube-apiserver'].filter((name) => spawnSync(name, ['--version']).status === 0);
const hasServer = programs.length === 2;
if (!hasServer) console.warn('encryption is not tried: there is no etcd and kube-apiserver on PATH');

describe.skipIf(!hasServer)('an API server with that file', () => {
  const token = randomUUID();
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  const children: ReturnType<typeof spawn>[] = [];
  let api = '';
  let etcd = '';

  const start = (program: string, args: string[]) => {
    children.push(spawn(program, args, { stdio: 'ignore' }));
  };
  const eventually = async <Value>(check: () => Promise<Value | false>): Promise<Value> => {
    for (const end = Date.now() + 100_000; ; await new Promise((tick) => setTimeout(tick, 250))) {
      const value = await check().catch((error) => {
        if (Date.now() > end) throw error;
        return false as const;
      });
      if (value !== false) return value;
      if (Date.now() > end) throw new Error('not within 100 s');
    }
  };
  const post = async (url: string, body: object) => {
    const { statusCode, body: answer } = await request(url, {
      dispatcher,
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { statusCode, json: JSON.parse(await answer.text()) };
  };

  beforeAll(async () => {
    const folder = temporary();
    const [clients, peers, port] = [await freePort(), await freePort(), await freePort()];
    etcd = `http://127.0.0.1:${clients}`;
    api = `https://127.0.0.1:${port}`;
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = join(folder, 'accounts.pem');
    writeFileSync(key, privateKey.export({ type: 'pkcs1', format: 'pem' }));
    writeFileSync(join(folder, 'tokens.csv'), `${token},admin,1,system:masters\n`);
    const peer = `http://127.0.0.1:${peers}`;
    start('etcd', [
      `--data-dir=${join(folder, 'etcd')}`,
      `--listen-client-urls=${etcd}`,
      `--advertise-client-urls=${etcd}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
    ]);
    start('kube-apiserver', [
      `--etcd-servers=${etcd}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      '--endpoint-reconciler-type=none',
      `--secure-port=${port}`,
      `--cert-dir=${folder}`,
      '--service-cluster-ip-range=10.0.0.0/24',
      '--service-account-issuer=https://localhost',
      `--service-account-key-file=${key}`,
      `--service-account-signing-key-file=${key}`,
      `--token-auth-file=${join(folder, 'tokens.csv')}`,
      '--authorization-mode=RBAC',
      `--encryption-provider-config=${fileOf(encrypted(temporary()))}`,
    ]);
  });
  afterAll(async () => {
    for (const child of children.toReversed()) {
      const gone = new Promise((done) => child.once('exit', done));
      if (child.kill('SIGKILL')) await gone;
    }
    await dispatcher.close();
  });

  test('keeps a Secret encrypted in etcd, and gives it back in clear', { timeout: 120_000 }, async () => {
    const secret = { metadata: { name: 'tried' }, stringData: { password: 'in-clear' } };
    const url = `${api}/api/v1/namespaces/default/secrets`;
    await eventually(async () => (await post(url, secret)).statusCode === 201);
    const key = Buffer.from('/registry/secrets/default/tried').toString('base64');
    const { json } = await post(`${etcd}/v3/kv/range`, { key });
    const stored = Buffer.from(json.kvs[0].value, 'base64');
    expect(stored.toString('latin1')).toMatch(/^k8s:enc:secretbox:v1:key1:/);
    expect(stored.includes('in-clear')).toBe(false);
    const { body } = await request(`${url}/tried`, {
      dispatcher,
      headers: { authorization: `Bearer ${token}` },
    });
    const { data } = (await body.json()) as { data: Record<string, string> };
    expect(Buffer.from(data.password ?? '', 'base64').toString()).toBe('in-clear');
  });
});
