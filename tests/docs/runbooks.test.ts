import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { documentsIn } from './blocks.ts';
import { type Installation, openInstallation } from './local.ts';
import { openShell } from './shell.ts';
import { stories } from './stories.ts';

const runbooks = documentsIn('docs/runbooks');
const LOCAL = ['local', 'stopped'];
/** Where the blocks of a document are run, if at all. */
const placesOf = (path: string) => {
  if (path.startsWith('docs/runbooks/')) return [...LOCAL, 'compose', 'cluster', 'none'];
  return path === 'docs/ADDING_A_SERVICE.md' ? ['generators', 'none'] : ['none'];
};
const folders = ['docs', 'helm', 'knative', 'monitoring'];
/** The runbooks among them. */
const documents = folders.flatMap(documentsIn);

describe('the commands of a document', () => {
  it.for(documents)('$path: are run by a test, or say why not', ({ path, blocks }) => {
    for (const { language, runs, before, line } of blocks.filter(
      (block) => !['text', 'mermaid', 'yaml', 'sql'].includes(block.language),
    )) {
      const where = `line ${line}`;
      expect(language, where).toBe('sh');
      expect(runs, where).not.toEqual([]);
      expect(
        runs.filter((place) => !placesOf(path).includes(place)),
        where,
      ).toEqual([]);
      expect(/^Not executed by a test: \S.*\.$/.test(before), where).toBe(runs.includes('none'));
    }
  });
});

for (const { path, blocks } of runbooks) {
  const here = blocks.filter(({ runs }) => runs.some((place) => LOCAL.includes(place)));
  if (here.length === 0) continue;
  const { before = {}, after } = stories[path] ?? {};

  describe.skipIf(!hasDatabase || process.env.TEST_DATABASE_URL)(`${path}, with npm start`, () => {
    let installation: Installation;
    let shell: ReturnType<typeof openShell>;
    beforeAll(async () => {
      installation = await openInstallation();
      await installation.start();
      shell = openShell(installation.env, { patience: 60_000 });
    });
    afterAll(async () => {
      shell?.close();
      await installation?.close();
    });

    it.for(here.map((block, index) => ({ ...block, index })))(
      'line $line',
      { timeout: 120_000 },
      async (block) => {
        await before[block.index]?.(installation);
        await (block.runs.includes('stopped') ? installation.stop() : installation.start());
        await shell.run(block);
      },
    );
    if (after) it('leaves things as they should be', () => after(installation));
  });
}
