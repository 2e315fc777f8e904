import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasHelm } from '#tests/charts/helm.ts';
import { hasDatabase } from '#tests/setup/api.ts';
import { isWhole } from '#tests/setup/sample.ts';
import { documentsIn, PROJECT } from './blocks.ts';
import { openShell } from './shell.ts';

const page = documentsIn('docs').find(({ path }) => path === 'docs/ADDING_A_SERVICE.md');
const blocks = page?.blocks.filter(({ runs }) => runs.includes('generators')) ?? [];

describe.skipIf(!hasHelm || !hasDatabase || !isWhole)('docs/ADDING_A_SERVICE.md', () => {
  const copy = mkdtempSync(join(tmpdir(), 'docs-generators-'));
  // A reader has Helm on the path; the tests have theirs where HELM says.
  const path = [process.env.HELM ? dirname(process.env.HELM) : [], process.env.PATH ?? []]
    .flat()
    .join(delimiter);
  const shell = openShell({ PATH: path }, { cwd: copy });
  const index = () => readFileSync(join(copy, 'functions/index.ts'), 'utf8');
  let before = '';

  beforeAll(() => {
    const args = ['ls-files', '--cached', '--others', '--exclude-standard'];
    const { stdout } = spawnSync('git', args, { cwd: PROJECT, encoding: 'utf8' });
    for (const path of stdout.trim().split('\n')) {
      if (!existsSync(join(PROJECT, path))) continue;
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      cpSync(join(PROJECT, path), join(copy, path));
    }
    symlinkSync(join(PROJECT, 'node_modules'), join(copy, 'node_modules'));
    before = index();
  });
  afterAll(() => {
    shell.close();
    rmSync(copy, { recursive: true, force: true });
  });

  it.for(blocks)('line $line', { timeout: 120_000 }, async (block) => {
    await shell.run(block);
  });
  it('leaves the list of functions as it was', () => expect(index()).toBe(before));
});
