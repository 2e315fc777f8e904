import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { tools, useMachine } from './machine.ts';

const URL = `https://dl.k8s.io/release/v${tools.kubectl}/bin/linux/amd64/kubectl`;
const RIGHT = 'what was released';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const AGAIN = 'check the network, then run the same command again';

type Machine = ReturnType<typeof useMachine>;

const fetch = (machine: Machine) =>
  machine.shell(['fetch'], 'fetch kubectl linux amd64 "$STATE/downloads/kubectl"');
const FILE = 'home/kaggle-data-api/downloads/kubectl';
const record = (machine: Machine, sum: string) =>
  machine.write('tree/knative/checksums.txt', `# sha256\n${sum}  ${URL}\n`);

/** curl that answers for the file itself, and for the checksum beside it, with lines of bash. */
const curl = (machine: Machine, file: string, checksum = 'exit 22') =>
  machine.stub(
    'curl',
    `for url; do :; done
     while [ $# -gt 0 ]; do [ "$1" != -o ] || out=$2; shift; done
     case $url in *.sha256) ${checksum} ;; *) ${file} ;; esac`,
  );
const gives = (text: string) => `printf '${text}' >"$out"`;

describe('a released file', () => {
  it('is taken when it has the recorded checksum, and not asked for again', () => {
    const machine = useMachine();
    record(machine, sha256(RIGHT));
    curl(machine, gives(RIGHT));
    expect(fetch(machine)).toMatchObject({ status: 0, stderr: '' });
    expect(machine.read(FILE)).toBe(RIGHT);
    expect(machine.calls()).toEqual([expect.stringMatching(/^curl -fsSL .*kubectl$/)]);
    fetch(machine);
    expect(machine.calls()).toHaveLength(1);
  });

  it('is fetched anew when what lies there is not what was recorded', () => {
    const machine = useMachine();
    record(machine, sha256(RIGHT));
    machine.write(FILE, 'half of');
    curl(machine, gives(RIGHT));
    expect(fetch(machine).status).toBe(0);
    expect(machine.read(FILE)).toBe(RIGHT);
  });

  it('is refused and thrown away when it has another checksum', () => {
    const machine = useMachine();
    record(machine, sha256(RIGHT));
    curl(machine, gives('something else'));
    expect(fetch(machine)).toMatchObject({
      status: 1,
      failure: {
        error: `${URL} has the checksum ${sha256('something else')}, not ${sha256(RIGHT)}`,
        next: "do not use it; compare with the publisher's release page",
      },
    });
    expect(machine.exists(FILE)).toBe(false);
    expect(machine.exists(`${FILE}.part`)).toBe(false);
  });

  it('leaves what was there when its publisher does not answer', () => {
    const machine = useMachine();
    record(machine, sha256(RIGHT));
    machine.write(FILE, 'an older one');
    curl(machine, 'echo "curl: (6) Could not resolve host: dl.k8s.io" >&2; exit 6');
    const { status, stderr, failure } = fetch(machine);
    expect(status).toBe(1);
    expect(stderr).toContain('curl: (6)');
    expect(failure).toEqual({ error: `${URL} cannot be downloaded`, next: AGAIN });
    expect(machine.read(FILE)).toBe('an older one');
  });
});

describe('a released file without a recorded checksum', () => {
  it('is checked against its publisher’s, and that is said', () => {
    const machine = useMachine();
    curl(machine, gives(RIGHT), `printf ${sha256(RIGHT)}`);
    const { status, stderr } = fetch(machine);
    expect(status).toBe(0);
    expect(stderr).toBe(
      `==> no checksum of ${URL} is recorded: taking its publisher's ('make -C knative pin' records it)\n`,
    );
    expect(machine.read(FILE)).toBe(RIGHT);
  });

  it('is refused when it is not the one that its publisher names', () => {
    const machine = useMachine();
    curl(machine, gives('something else'), `printf ${sha256(RIGHT)}`);
    const { status, failure } = fetch(machine);
    expect(status).toBe(1);
    expect(failure?.error).toBe(`${URL} has the checksum ${sha256('something else')}, not ${sha256(RIGHT)}`);
    expect(machine.exists(FILE)).toBe(false);
  });

  it.for([
    ['does not answer', 'exit 6'],
    ['gives a page instead', 'echo "<html>Sign in</html>"'],
    ['gives nothing', ':'],
  ] as const)('is not even fetched when its publisher %s', ([, checksum]) => {
    const machine = useMachine();
    curl(machine, gives(RIGHT), checksum);
    const { status, failure } = fetch(machine);
    expect(status).toBe(1);
    expect(failure).toEqual({ error: `the checksum of ${URL} cannot be had`, next: AGAIN });
    expect(machine.calls()).toEqual([expect.stringMatching(/\.sha256$/)]);
  });
});
