import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { components, tools, useMachine } from './machine.ts';

const CHECKSUMS = 'tree/knative/checksums.txt';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const platforms = ['linux', 'darwin'].flatMap((os) => ['amd64', 'arm64'].map((arch) => [os, arch] as const));
const github = 'https://github.com';
const serving = `${github}/knative/serving/releases/download/knative-v${components['knative-serving']}`;
const kourier = `${github}/knative-extensions/net-kourier/releases/download/knative-v${components['knative-kourier']}`;
const addresses = [
  ...platforms.map(([os, arch]) => `https://kind.sigs.k8s.io/dl/v${tools.kind}/kind-${os}-${arch}`),
  ...platforms.map(([os, arch]) => `https://dl.k8s.io/release/v${tools.kubectl}/bin/${os}/${arch}/kubectl`),
  ...platforms.map(([os, arch]) => `https://get.helm.sh/helm-v${tools.helm}-${os}-${arch}.tar.gz`),
  ...platforms.map(
    ([os, arch]) => `${github}/knative/client/releases/download/knative-v${tools.kn}/kn-${os}-${arch}`,
  ),
  ...[`${serving}/serving-crds.yaml`, `${serving}/serving-core.yaml`, `${kourier}/kourier.yaml`],
];

/** Publishers whose checksum of a file is that of its address; lists name other files beside it, as theirs do. */
const PUBLISHERS = `for url; do :; done
  sum() { printf %s "$1" | sha256sum | cut -c1-64; }
  case $url in
    *dl.k8s.io*.sha256) sum "\${url%.sha256}" | tr -d '\\n' ;;
    *.sha256sum) file=\${url%.sha256sum}; echo "$(sum "$file")  \${file##*/}" ;;
    */checksums.txt) for file in ${addresses.map((address) => address.split('/').at(-1)).join(' ')} kn-linux-amd64.sbom; do
        echo "$(sum "\${url%/*}/$file")  $file"
      done ;;
    *) exit 22 ;;
  esac`;

describe('make pin', () => {
  it('records what the publishers say of every file, for every platform, each time the same', () => {
    const machine = useMachine();
    machine.write(CHECKSUMS, `# sha256  address\n${'0'.repeat(64)}  https://example.com/an-older-version\n`);
    machine.stub('curl', PUBLISHERS);
    const wanted = ['# sha256  address', ...addresses.map((url) => `${sha256(url)}  ${url}`), ''].join('\n');
    for (const _ of ['first', 'second']) {
      const { status, stderr } = machine.make('pin');
      expect(stderr).toBe('==> checksums.txt is written: look at the difference and commit it\n');
      expect(status).toBe(0);
      expect(machine.read(CHECKSUMS)).toBe(wanted);
    }
  });

  it.for([
    ['does not answer', 'exit 6'],
    ['has no such file in its list', 'echo "0  another-file"; exit'],
  ] as const)('leaves the file as it is when one publisher %s', ([, answer]) => {
    const machine = useMachine();
    const before = machine.read(CHECKSUMS);
    machine.stub('curl', `case $* in *net-kourier*) ${answer} ;; esac\n${PUBLISHERS}`);
    const { status, failure } = machine.make('pin');
    expect(status).not.toBe(0);
    expect(failure).toEqual({
      error: `the checksum of ${kourier}/kourier.yaml cannot be had; checksums.txt is unchanged`,
      next: 'check the network, then: make -C knative pin',
    });
    expect(machine.read(CHECKSUMS)).toBe(before);
  });
});
