import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { documentsIn } from './blocks.ts';
import { type Installation, openInstallation } from './local.ts';
import { openShell } from './shell.ts';
import { stories } from './stories.ts';

const runbooks = documentsIn('docs/runbooks');
const LOCAL = ['local', 'stopped'];

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
