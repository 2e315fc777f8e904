import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { useShop } from '#tests/functions/tables/shop.ts';
import { ENTRIES, TOKENS } from '#tests/functions/web/tokens.ts';
import { hasDatabase, useApi } from '#tests/setup/api.ts';
import { expectAccessible, hasBrowser, useBrowser } from '#tests/setup/browser.ts';

const PATIENCE = { timeout: 30_000 };
/** Keeps the engine busy for longer than any test waits. */
const ENDLESS = 'SELECT count(*) FROM range(10000000000) a, range(1000) b';

// Each query starts a process, which gives way to all others.
describe.skipIf(!hasDatabase || !hasBrowser)('SQL in a browser', { timeout: 240_000 }, () => {
  const shop = useShop('orders.csv', '2nd-file.csv');
  const closed = useApi(shop.database, {
    KAGGLE_DATA_ROOT: shop.mirror.volume,
    AUTH: 'on',
    REQUIRE_AUTH_FOR_READS: 'true',
    API_TOKENS: ENTRIES.join(','),
  });
  const browser = useBrowser();
  let origin = '';
  beforeAll(async () => {
    origin = await shop.api.app.listen({ host: '127.0.0.1', port: 0 });
  });

  const code = (page: Page) => page.locator('.cm-content');
  const status = (page: Page) => page.locator('[role=status]');
  async function open(options = {}) {
    const visit = await browser.open(options);
    await visit.page.goto(`${origin}/ui/sql?dataset=1`);
    return visit;
  }
  async function write(page: Page, query: string) {
    await code(page).focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(query);
  }
  async function run(page: Page, query: string) {
    await write(page, query);
    await page.keyboard.press('Control+Enter');
  }

  it('runs a query by its keys, without leaving the page', async () => {
    const { page, complaints, close } = await open();
    await page.evaluate('window.stays = true');
    await run(page, 'SELECT name, count(*) AS n\nFROM orders GROUP BY name ORDER BY name');
    await status(page)
      .getByText(/^7 rows in \d+ ms, read /)
      .waitFor(PATIENCE);
    expect(await page.locator('.output tbody tr').first().locator('td').allTextContents()).toEqual([
      'n0',
      '3572',
    ]);
    expect(page.url()).toContain('q=SELECT+name');
    expect(await page.evaluate('window.stays')).toBe(true);
    await expectAccessible(page);
    await page.reload();
    expect(await code(page).innerText()).toContain('GROUP BY name');
    expect(await page.locator('.output tbody tr').count()).toBe(7);
    expect(complaints).toEqual([]);
    await close();
  });

  it('shows where a mistake is, in the text and by the cursor', async () => {
    const { page, close } = await open();
    await run(page, 'SELECT id,\n  nothing FROM orders');
    await page.getByRole('alert').waitFor(PATIENCE);
    expect(await page.locator('.output pre').textContent()).toBe('2   nothing FROM orders\n    ^');
    await page.keyboard.insertText('here_');
    expect(await code(page).innerText()).toContain('  here_nothing');
    await close();
  });

  it('is cancelled by Esc, and leaves the engine to the next query', async () => {
    const { page, close } = await open();
    await run(page, ENDLESS);
    await status(page).getByText('Running').waitFor(PATIENCE);
    await page.keyboard.press('Escape');
    await status(page).getByText('Cancelled.').waitFor(PATIENCE);
    await run(page, 'SELECT 42 AS answer');
    await status(page).getByText('1 row in').waitFor(PATIENCE);
    await close();
  });

  it('completes columns and tables of this version, then words', async () => {
    const { page, complaints, close } = await open();
    const proposals = page.locator('.cm-tooltip-autocomplete li');
    await write(page, 'SELECT ');
    await page.keyboard.type('pri');
    await proposals.first().waitFor(PATIENCE);
    expect(await proposals.first().textContent()).toMatch(/^price/);
    // The editor takes no proposal that a hand at the keyboard cannot have seen yet: 75 ms.
    await page.waitForTimeout(150);
    await page.keyboard.press('Enter');
    await page.keyboard.type(' FROM t_');
    await proposals.first().waitFor(PATIENCE);
    expect(await proposals.first().textContent()).toMatch(/^t_2nd_file/);
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    expect(await code(page).innerText()).toBe('SELECT price FROM t_');
    for (const key of ['Control+a', 'Backspace', 'S', '1', 'Control+a', 'x', 'Escape'])
      await page.keyboard.press(key);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Run');
    expect(complaints).toEqual([]);
    await close();
  });

  it('takes names by a click, and keeps what ran', async () => {
    const { page, close } = await open();
    await write(page, 'SELECT count(*) AS n FROM ');
    await page.getByText('t_2nd_file', { exact: true }).first().click();
    await page.getByRole('button', { name: 't_2nd_file' }).click();
    expect(await code(page).innerText()).toBe('SELECT count(*) AS n FROM t_2nd_file');
    await page.getByRole('button', { name: 'Run' }).click();
    await status(page).getByText('1 row in').waitFor(PATIENCE);
    await write(page, 'SELECT 2');
    await page.getByText('History').click();
    await page.locator('.history li button').click();
    expect(await code(page).innerText()).toBe('SELECT count(*) AS n FROM t_2nd_file');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Forget all' }).click();
    expect(await page.locator('.history').isVisible()).toBe(false);
    await close();
  });

  it('proposes nothing to who has left the query for its buttons', async () => {
    const { page, close } = await open();
    await write(page, 'SELECT id, count(*) AS number_of_orders FROM orders GROUP BY ALL ORDER BY ALL');
    await page.getByRole('button', { name: 'Run' }).click();
    await status(page).getByText('rows in').waitFor(PATIENCE);
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    await saving;
    expect(await page.locator('.cm-tooltip-autocomplete').count()).toBe(0);
    await close();
  });

  it.each([true, false])('saves all rows as a file (with scripts: %s)', async (javaScriptEnabled) => {
    const { page, close } = await open({ javaScriptEnabled });
    const query = 'SELECT id FROM orders ORDER BY id DESC';
    if (javaScriptEnabled) await write(page, query);
    else await page.getByLabel('Query').fill(query);
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    const file = await saving;
    expect(file.suggestedFilename()).toBe('result.csv');
    const lines = (await readFile(await file.path(), 'utf8')).trimEnd().split('\n');
    expect([lines.length, lines[1]]).toEqual([25_001, '24999']);
    await close();
  });

  it('runs without a script too', async () => {
    const { page, close } = await open({ javaScriptEnabled: false });
    await page.getByLabel('Query').fill('SELECT max(id) AS last FROM orders');
    await page.getByRole('button', { name: 'Run' }).click();
    expect(await page.locator('.output td').allTextContents()).toEqual(['24999']);
    expect(await status(page).textContent()).toContain('1 row in');
    await close();
  });

  it('is for who has signed in where reads are closed, and so are the rows of a table', async () => {
    const closedOrigin = await closed.app.listen({ host: '127.0.0.1', port: 0 });
    const { page, complaints, close } = await browser.open();
    await page.goto(`${closedOrigin}/ui/sign-in`);
    await page.getByLabel('API token').fill(TOKENS.reader);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.goto(`${closedOrigin}/ui/datasets/1/table?table=orders`);
    await page.locator('.scroller').focus();
    await page.keyboard.press('Control+End');
    await page.locator('data-table tbody th').getByText('24,999').waitFor(PATIENCE);
    await page.goto(`${closedOrigin}/ui/sql?dataset=1`);
    await run(page, 'SELECT 42 AS answer');
    await status(page).getByText('1 row in').waitFor(PATIENCE);
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    expect(await readFile(await (await saving).path(), 'utf8')).toContain('42');
    // Blocks of rows that were left behind, and what became a file, are no failures.
    expect(complaints.filter((complaint) => !complaint.endsWith('net::ERR_ABORTED'))).toEqual([]);
    await close();
  });

  it('copies a link that brings the query to others', async () => {
    const { page, close } = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await write(page, 'SELECT 7 AS seven');
    await page.getByRole('button', { name: 'Copy link' }).click();
    const link = await vi.waitFor(async () => {
      const text = await page.evaluate('navigator.clipboard.readText()');
      expect(text).toContain('q=SELECT+7+AS+seven');
      return String(text);
    }, PATIENCE);
    await page.goto(link);
    expect(await page.locator('.output td').allTextContents()).toEqual(['7']);
    await close();
  });
});
