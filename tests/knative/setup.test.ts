import { describe, expect, it } from 'vitest';
import { tools, useMachine } from './machine.ts';

const { kind = '', kubectl = '', helm = '', kn = '' } = tools;
/** The same minor version, another patch. */
const sibling = (version: string) => version.replace(/\d+$/, '99');
const older = (version: string) => version.replace(/\.\d+\.\d+$/, '.1.0');

type Machine = ReturnType<typeof useMachine>;

/** Programs that tell their version as the real ones do. */
function present(machine: Machine, versions: Record<'kind' | 'kubectl' | 'helm' | 'kn', string>): void {
  machine.stub('kind', `echo "kind v${versions.kind} go1.26.0 linux/amd64"`);
  machine.stub('kubectl', `echo "Client Version: v${versions.kubectl}"; echo "Kustomize Version: v5.7.1"`);
  machine.stub('helm', `printf 'v${versions.helm}'`);
  machine.stub('kn', `echo "Version:      ${versions.kn}"; echo 'Supported APIs:'`);
}

/** Publishers that answer every address with a file of its own, and its checksum. */
function publishers(machine: Machine): void {
  machine.stub('uname', 'case $1 in -m) echo x86_64 ;; -s) echo Linux ;; esac');
  machine.stub(
    'curl',
    `for url; do :; done
     file=$M/published; out=/dev/stdout
     while [ $# -gt 0 ]; do [ "$1" != -o ] || out=$2; shift; done
     program() { printf '#!/bin/sh\\necho %s\\n' "\${1##*/}"; }
     case \${url%.sha256*} in
       *helm*) mkdir -p "$M/linux-amd64"; program helm >"$M/linux-amd64/helm"
         [ -f "$file" ] || tar -czf "$file" -C "$M" linux-amd64/helm ;;
       *checksums.txt) file=$M/kn; program kn-linux-amd64 >"$file" ;;
       *) file=$M/\${url##*/}; file=\${file%.sha256*}; program "$file" >"$file" ;;
     esac
     case $url in
       *.sha256) sha256sum "$file" | cut -c1-64 | tr -d '\\n' ;;
       *.sha256sum) sha256sum "$file" ;;
       *checksums.txt) echo "$(sha256sum "$file" | cut -c1-64)  kn-linux-amd64" ;;
       *) cat "$file" >"$out" ;;
     esac`,
  );
}

describe('make setup', () => {
  it('fetches nothing where other patch releases of the pinned versions are', () => {
    const machine = useMachine();
    machine.stub('docker');
    machine.stub('curl', 'exit 6');
    present(machine, {
      kind: sibling(kind),
      kubectl: sibling(kubectl),
      helm: sibling(helm),
      kn: `v${sibling(kn)}`,
    });
    const { status, stdout } = machine.make('setup');
    expect(status).toBe(0);
    const lines = [`kubectl  ${sibling(kubectl)}`, `helm     ${sibling(helm)}`, `kn       ${sibling(kn)}`];
    expect(stdout.trim().split('\n')).toEqual([...lines, `kind     ${sibling(kind)}`]);
    expect(machine.calls().filter((call) => call.startsWith('curl'))).toEqual([]);
  });

  it('fetches what is missing and what is of another minor version, and that is found from then on', () => {
    const machine = useMachine();
    publishers(machine);
    machine.stub('docker');
    machine.stub('kubectl', `echo "Client Version: v${older(kubectl)}"`);
    const { status, stdout, stderr } = machine.make('setup');
    expect(stderr).not.toContain('error:');
    expect(status).toBe(0);
    expect(stdout.trim().split('\n')).toEqual(
      Object.entries({ kubectl, helm, kn, kind }).map(([name, version]) => `${name.padEnd(8)} ${version}`),
    );
    const started = machine.shell(
      [],
      'for tool in kind kubectl helm kn; do "$tool"; command -v "$tool"; done',
    );
    expect(started.stdout.trim().split('\n')).toEqual([
      ...['kind-linux-amd64', `${machine.state}/bin/kind`],
      ...['kubectl', `${machine.state}/bin/kubectl`],
      ...['helm', `${machine.state}/bin/helm`],
      ...['kn-linux-amd64', `${machine.state}/bin/kn`],
    ]);
  });

  const minor = Number(kn.split('.')[1]);
  it.for([
    [`v${kn}`, true],
    [`knative-v${kn}`, true],
    // Built from its module, kn tells the module's number.
    [`v0.${minor + 27}.0`, true],
    [`v0.${minor + 27}.7`, true],
    [`v0.${minor + 26}.0`, false],
    [`v0.${minor}.0`, false],
    [`v1.${minor - 1}.0`, false],
    ['v20260101-local-0a1b2c3', false],
    ['', false],
  ] as const)('kn that says "%s": %s', ([version, taken]) => {
    const machine = useMachine({ CLUSTER: 'existing' });
    machine.stub('curl', 'exit 6');
    present(machine, { kind, kubectl, helm, kn: version });
    const { status, stdout, stderr } = machine.make('setup');
    expect(status === 0).toBe(taken);
    if (taken) expect(stdout).toMatch(new RegExp(`^kn {7}1\\.${minor}\\.\\d$`, 'm'));
    else expect(stderr).toContain(`==> installing kn ${kn} in ${machine.state}/bin\n`);
  });

  it('for a cluster that is there asks for neither Docker nor kind', () => {
    const machine = useMachine({ CLUSTER: 'existing' });
    machine.stub('curl');
    present(machine, { kind, kubectl, helm, kn: `v${kn}` });
    const { status, stdout } = machine.make('setup');
    expect(status).toBe(0);
    expect(stdout).not.toContain('kind');
    expect(machine.calls().filter((call) => /^(kind|docker)/.test(call))).toEqual([]);
  });

  it('says which of the things it cannot fetch is missing', () => {
    const machine = useMachine();
    expect(machine.make('setup').failure).toEqual({ error: 'curl is not installed', next: 'install curl' });
    machine.stub('curl');
    expect(machine.make('setup').failure).toEqual({
      error: 'Docker is not installed',
      next: 'https://docs.docker.com/engine/install/',
    });
    machine.stub('docker', 'echo "Cannot connect to the Docker daemon" >&2; exit 1');
    const { status, failure } = machine.make('setup');
    expect(failure).toEqual({ error: 'Docker does not respond', next: 'start Docker' });
    expect(status).not.toBe(0);
  });
});
