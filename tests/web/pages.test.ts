import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { expectAccessible, hasBrowser, useBrowser } from '#tests/setup/browser.ts';
import { FEWER, PAGES, useShownPages } from './shown-pages.ts';

/** Pages are loaded at the widths that are farthest apart, and are resized to the one between. */
const LOADED = { 320: [320], 1440: [1440, 768] };
/** Where pictures of what was seen go, to be looked at. */
const PICTURES = process.env.PICTURES;

describe.skipIf(!hasDatabase || !hasBrowser)('in a browser', () => {
  const served = useShownPages();
  const browser = useBrowser();

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
      for (const [first, widths] of Object.entries(LOADED)) {
        await page.setViewportSize({ width: Number(first), height: 900 });
        await page.goto(served.origin + path);
        if (path === '/docs') await page.evaluate(FEWER);
        for (const width of widths) {
          await page.setViewportSize({ width, height: 900 });
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme });
            await expectAccessible(page);
            await picture(page, `${path} ${colorScheme} ${width}`);
          }
        }
      }
      const status = /the server responded with a status of 404/;
      expect(complaints.filter((complaint) => path !== '/ui/nothing' || !status.test(complaint))).toEqual([]);
      await close();
    },
    120_000,
  );
});
