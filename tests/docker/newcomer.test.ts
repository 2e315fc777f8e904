import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { expectAccessible, hasBrowser, useBrowser } from '#tests/setup/browser.ts';
import { isWhole } from '#tests/setup/sample.ts';
import { hasDocker, PROJECT } from './engine.ts';
import { TIMEOUT, useCompose } from './use-compose.ts';

const ADDRESS = 'https://www.kaggle.com/datasets/samples/seattle-weather';
const SOURCE = join(PROJECT, 'samples/samples/seattle-weather/2/columns.md');
const PATIENCE = { timeout: 120_000 };

describe.skipIf(!hasDocker || !hasBrowser || !isWhole)('a newcomer with docker compose and a browser', () => {
  const stack = useCompose();
  const browser = useBrowser();

  it(
    'goes from an address of Kaggle to rows, a query, a file and a line that loads it',
    async () => {
      const visit = await browser.open({ permissions: ['clipboard-read', 'clipboard-write'] });
      const { page, complaints } = visit;
      const open = (name: string) =>
        page.getByRole('navigation', { name: 'Dataset' }).getByRole('link', { name }).click();
      await page.goto(stack.url);
      await page.getByText('Nothing here yet').waitFor();
      await page.getByLabel('Register a dataset of Kaggle').fill(ADDRESS);
      await page.getByRole('button', { name: 'Register' }).click();
      expect(await page.locator('h1').textContent()).toBe('samples/seattle-weather');
      await page.getByText('Up to date').waitFor(PATIENCE);
      await expectAccessible(page);

      await open('Table');
      await page.getByText('1,461 rows').waitFor(PATIENCE);
      await page.getByLabel('Column', { exact: true }).selectOption('temp_max');
      await page.getByLabel('Comparison', { exact: true }).selectOption('>');
      await page.getByLabel('Value', { exact: true }).fill('35');
      await page.getByRole('button', { name: 'Filter' }).click();
      await page.getByText('that match, of 1,461').waitFor(PATIENCE);

      await open('SQL');
      await page.locator('.cm-content').click();
      await page.keyboard.press('Control+A');
      await page.keyboard.insertText(
        'SELECT weather, count(*) AS days FROM seattle_weather GROUP BY ALL ORDER BY ALL',
      );
      await page.getByRole('button', { name: 'Run' }).click();
      await page.getByText('5 rows in').waitFor(PATIENCE);
      const saving = page.waitForEvent('download');
      await page.getByRole('button', { name: 'CSV' }).click();
      const saved = await readFile(await (await saving).path(), 'utf8');
      expect(saved.trimEnd().split('\n')).toEqual([
        'weather,days',
        'drizzle,53',
        'fog,101',
        'rain,641',
        'snow,26',
        'sun,640',
      ]);

      await page.goto(`${stack.url}/ui/d/samples/seattle-weather`);
      const copy = page.locator('h3', { hasText: /^curl$/ }).locator('+ .snippet button');
      await copy.click();
      const line = String(await page.evaluate('navigator.clipboard.readText()'));
      expect(await ran(line, 'columns.md')).toEqual(await readFile(SOURCE));
      expect(complaints).toEqual([]);
      await visit.close();
    },
    TIMEOUT,
  );
});

/** What a line of a shell leaves in a file, when it runs in an empty folder. */
async function ran(line: string, file: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'newcomer-'));
  try {
    await promisify(execFile)('sh', ['-c', line], { cwd: folder });
    return await readFile(join(folder, file));
  } finally {
    await rm(folder, { recursive: true });
  }
}
