import type { Page } from 'puppeteer-core';
import { describe, expect, it, vi } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { expectAccessible, expectNoOverflow } from '#tests/setup/browser.ts';
import { hasFirefox, useFirefox } from '#tests/setup/firefox.ts';
import { FEWER, PAGES, useShownPages } from './shown-pages.ts';

const TABLE = '/ui/datasets/1/table?version=1&table=orders';
const SQL = '/ui/sql?dataset=1&version=1';
const BILLION = 1_000_000_000;
const PATIENCE = { timeout: 30_000 };

const texts = (page: Page, selector: string) =>
  page.$$eval(selector, (found) => found.map(({ textContent }) => textContent));
const shows = (page: Page, selector: string, text: string) =>
  vi.waitFor(async () => expect(await texts(page, selector)).toContain(text), PATIENCE);

describe.skipIf(!hasDatabase || !hasFirefox)('Firefox', { timeout: 120_000 }, () => {
  const served = useShownPages();

  describe.each([
    { scripts: true, dark: false },
    { scripts: true, dark: true },
    { scripts: false, dark: false },
  ])('with scripts $scripts and dark $dark', ({ scripts, dark }) => {
    const firefox = useFirefox({ scripts, dark });

    it.each(PAGES)('shows %s at 320 and 1440', async (path) => {
      const { page, complaints } = await firefox.open();
      for (const width of [320, 1440]) {
        await page.setViewport({ width, height: 900 });
        await page.goto(served.origin + path, { waitUntil: 'load' });
        if (path === '/docs') await page.evaluate(FEWER);
        // axe waits for timers, which do not run without scripts.
        await (scripts ? expectAccessible : expectNoOverflow)(page);
        expect(await page.$eval('h1', ({ textContent }) => textContent)).not.toBe('');
      }
      expect(complaints).toEqual([]);
      await page.close();
    });
  });

  describe('with a pointer and keys', () => {
    const firefox = useFirefox({ scripts: true, dark: false });

    it('reaches the last of a billion rows', async () => {
      const { page, complaints } = await firefox.open();
      // The page and the API as they are, but for how many rows there are.
      await page.setRequestInterception(true);
      page.on('request', async (request) => {
        const { pathname, searchParams: query } = new URL(request.url());
        if (pathname.endsWith('/table')) {
          const text = await (await fetch(request.url())).text();
          const body = text.replace('data-total="25000"', `data-total="${BILLION}"`);
          await request.respond({ contentType: 'text/html; charset=utf-8', body });
        } else if (pathname.endsWith('/rows')) {
          const from = Number(query.get('offset'));
          const row_index = Array.from({ length: Number(query.get('limit')) }, (_, at) => from + at);
          const rows = row_index.map((id) => ({ id, name: `row ${id}` }));
          await request.respond({
            contentType: 'application/json',
            body: JSON.stringify({ rows, row_index }),
          });
        } else await request.continue();
      });
      await page.goto(served.origin + TABLE);
      await page.focus('.scroller');
      await page.keyboard.down('Control');
      await page.keyboard.press('End');
      await page.keyboard.up('Control');
      await shows(page, 'data-table tbody th', '999,999,999');
      expect(complaints).toEqual([]);
      await page.close();
    });

    it('runs a query from the editor, which has its style', async () => {
      const { page, complaints } = await firefox.open();
      await page.goto(served.origin + SQL);
      await page.waitForSelector('pierce/.cm-content');
      await page.focus('pierce/.cm-content');
      await page.keyboard.down('Control');
      await page.keyboard.press('a');
      await page.keyboard.up('Control');
      await page.keyboard.type('SELECT 40 + 2 AS n');
      const style = await page.evaluate(
        `getComputedStyle(document.querySelector('sql-editor .code').shadowRoot.querySelector('.cm-content')).whiteSpace`,
      );
      expect(style).toBe('break-spaces');
      await page.keyboard.down('Control');
      await page.keyboard.press('Enter');
      await page.keyboard.up('Control');
      await shows(page, '.output tbody td', '42');
      expect(complaints).toEqual([]);
      await page.close();
    });
  });
});
