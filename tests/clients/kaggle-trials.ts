import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { FILES } from '#tests/functions/kaggle/kaggle-mirror.ts';
import { readTree } from '#tests/setup/mirror.ts';

export interface Ran {
  status: number;
  output: string;
  /** Where it ran. */
  folder: string;
}

/** What people do with a client: the command, what it prints, and what else holds afterwards. */
export interface Trial {
  shown: string;
  args: readonly string[];
  env?: Record<string, string>;
  /** It ends with an error, which is what it should. */
  refused?: true;
  prints?: RegExp;
  check?(ran: Ran): Promise<void>;
}

const { 'gone.txt': _, ...OTHERS } = FILES;
export const NEWEST = { ...OTHERS, 'a.csv': 'x,y\n3,4\n' };

/** As `readTree` gives files. */
export function asTree(files: Record<string, string | Buffer>): Record<string, string> {
  const entries = Object.entries(files).map(([path, content]) => [
    path,
    Buffer.from(content).toString('latin1'),
  ]);
  return Object.fromEntries(entries.sort());
}

const cli = (command: string, more: Partial<Trial> = {}): Trial => ({
  shown: `kaggle ${command}`,
  args: command.split(' '),
  ...more,
});
const tree = (files: Record<string, string>) => async (ran: Ran) =>
  expect(await readTree(ran.folder)).toEqual(asTree(files));

/** Of every release of the command. */
export const COMMAND: readonly Trial[] = [
  cli('datasets list', { prints: /(ada\/set|bob-b\/other_set)[\s\S]*(ada\/set|bob-b\/other_set)/ }),
  cli('datasets list -s other', { prints: /^(?![\s\S]*ada\/set)[\s\S]*bob-b\/other_set/ }),
  cli('datasets list --user ada --csv', { prints: /^(?![\s\S]*bob-b)[\s\S]*ada\/set/ }),
  cli('datasets files ada/set', { prints: /d\/e\/f\.json/ }),
  cli('datasets files ada/set --csv', { prints: /name,[\s\S]*empty\.txt/ }),
  cli('datasets status ada/set', { prints: /ready/i }),
  cli('datasets metadata ada/set', {
    check: async ({ folder }) =>
      expect(await readFile(join(folder, 'dataset-metadata.json'), 'utf8')).toContain('set'),
  }),
  cli('datasets download ada/set --unzip', { check: tree(NEWEST) }),
  cli('datasets download ada/set -f d/a+b.csv', {
    check: async ({ folder }) => expect(Object.values(await readTree(folder))).toEqual([FILES['d/a+b.csv']]),
  }),
  cli('datasets download ada/none', { refused: true, prints: /404|not on this mirror/ }),
  cli('competitions list', { refused: true, prints: /400|mirror/ }),
];

/** Of those that can name a version. */
export const COMMAND_WITH_VERSIONS: readonly Trial[] = [
  cli('datasets files ada/set/1', { prints: /gone\.txt/ }),
  cli('datasets download ada/set/1 --unzip', { check: tree(FILES) }),
];

/** Of today's. */
export const COMMAND_OF_TODAY: readonly Trial[] = [
  cli('datasets status ada/set --format json', { prints: /"current_version_number": 2/ }),
  cli('datasets list -m', { prints: /No datasets found/ }),
  cli('datasets download ada/none', { refused: true, prints: /ada\/none is not on this mirror/ }),
  cli('datasets download ada/soon', { refused: true, prints: /This mirror is getting ada\/soon/ }),
  cli('models list', { refused: true, prints: /unset KAGGLE_API_ENVIRONMENT/ }),
  {
    ...cli('datasets download ada/set --unzip', { check: tree(NEWEST) }),
    shown: 'kaggle datasets download ada/set --unzip, without a key',
    env: { KAGGLE_USERNAME: '', KAGGLE_KEY: '' },
  },
  {
    ...cli('datasets list', { prints: /ada\/set/ }),
    shown: 'kaggle datasets list, with KAGGLE_API_TOKEN',
    env: { KAGGLE_USERNAME: '', KAGGLE_KEY: '', KAGGLE_API_TOKEN: 'KGAT_0123456789abcdef0123456789abcdef' },
  },
];

/** A call of kagglehub; what it gives is printed behind `PATH=`. */
const hub = (call: string, more: Partial<Trial> = {}): Trial => ({
  shown: `kagglehub.${call}`,
  args: ['-c', `import kagglehub\nprint("PATH", kagglehub.${call}, sep="=")`],
  ...more,
});
const placeOf = ({ output }: Ran) => /PATH=(.*)/.exec(output)?.[1] ?? '';
const hubTree = (files: Record<string, string>) => async (ran: Ran) =>
  expect(await readTree(placeOf(ran))).toEqual(asTree(files));

/** Of every release of kagglehub. */
export const HUB: readonly Trial[] = [
  hub('dataset_download("ada/set")', { check: hubTree(NEWEST) }),
  hub('dataset_download("Ada/Set/versions/1")', { check: hubTree(FILES) }),
  ...(['a.csv', 'd/a+b.csv', 'd/g h.csv'] as const).map((path) =>
    hub(`dataset_download("ada/set", path="${path}")`, {
      check: async (ran) => expect(await readFile(placeOf(ran), 'utf8')).toBe(NEWEST[path]),
    }),
  ),
  hub('dataset_download("ada/none")', { refused: true, prints: /404/ }),
];

/** Of today's. */
export const HUB_OF_TODAY: readonly Trial[] = [
  hub('dataset_download("ada/set", path="d")', {
    check: async (ran) => expect(Object.keys(await readTree(placeOf(ran)))).toContain('e/f.json'),
  }),
  hub('dataset_download("ada/set", output_dir="out")', {
    check: async ({ folder }) => expect(await readTree(join(folder, 'out'))).toMatchObject(asTree(NEWEST)),
  }),
  hub('whoami()', { prints: /anonymous/ }),
  hub('dataset_download("ada/soon")', { refused: true, prints: /This mirror is getting ada\/soon/ }),
];
