import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useShop } from '#tests/functions/tables/shop.ts';
import { hasDatabase } from '#tests/setup/api.ts';
import { expectAccessible, hasBrowser, useBrowser } from '#tests/setup/browser.ts';

const PAGES = [
  '/ui',
  '/ui?q=price',
  '/ui/datasets/1',
  '/ui/datasets/1/table?version=1&table=orders',
  '/ui/datasets/1/table?version=1&table=broken',
  '/ui/datasets/1/files',
  '/ui/datasets/1/files?path=orders.csv',
  '/ui/datasets/1/versions',
  '/ui/datasets/1/diff?from=1&to=2',
  '/ui/datasets/1/syncs',
  '/ui/datasets/2',
  '/ui/syncs/1',
  '/ui/mirrors',
  '/ui/sql',
  '/ui/sql?dataset=1&version=1&q=SELECT+*+FROM+orders+LIMIT+5',
  '/ui/sql?dataset=1&version=1&q=SELECT+nothing+FROM+orders',
  '/docs',
  '/ui/nothing',
];
const WIDTHS = [320, 768, 1440, 1440];
/** Endpoints are all set in one way: some of them will do. */
const FEWER = `document.querySelectorAll('.api section').forEach((one, at) => at % 25 && one.remove())`;
/** Where pictures of what was seen go, to be looked at. */
const PICTURES = process.env.PICTURES;

describe.skipIf(!hasDatabase || !hasBrowser)('in a browser', () => {
  const shop = useShop();
  const browser = useBrowser();
  let origin = '';
  beforeAll(async () => {
    await shop.mirror.offer('ada/shop', 2, {
      'orders.csv': 'id,price\n1,2.5\n',
      'new/notes.txt': 'More to come.\n',
    });
    await shop.mirror.fetch(['--dataset', 'ada/shop']);
    const source_url = 'https://www.kaggle.com/datasets/ada/soon';
    await shop.api.post('/datasets', {
      name: 'Soon',
      source_url,
      description: 'What is to come, one day. '.repeat(20),
    });
    origin = await shop.api.app.listen({ host: '127.0.0.1', port: 0 });
  });

  async function picture(page: Page, name: string) {
    if (PICTURES === undefined) return;
    mkdirSync(PICTURES, { recursive: true });
    const file = name.replaceAll(/[^\w]+/g, '-').replaceAll(/^-|-$/g, '');
    await page.screenshot({ path: join(PICTURES, `${file}.png`), fullPage: true });
  }

  it.each(PAGES)(
    '%s is accessible at each width, light and dark, and the browser has no complaint',
    async (path) => {
      const { page, complaints, close } = await browser.open();
      for (const [at, width] of WIDTHS.entries()) {
        const colorScheme = at % 2 === 0 ? 'light' : 'dark';
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        await page.goto(origin + path);
        if (path === '/docs') await page.evaluate(FEWER);
        await expectAccessible(page);
        await picture(page, `${path} ${colorScheme} ${width}`);
      }
      const status = /the server responded with a status of 404/;
      expect(complaints.filter((complaint) => path !== '/ui/nothing' || !status.test(complaint))).toEqual([]);
      await close();
    },
    120_000,
  );
});
