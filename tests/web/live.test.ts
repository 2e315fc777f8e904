import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { useShop } from '#tests/functions/tables/shop.ts';
import { ENTRIES, TOKENS } from '#tests/functions/web/tokens.ts';
import { hasDatabase, useApi } from '#tests/setup/api.ts';
import { expectAccessible, hasBrowser, useBrowser } from '#tests/setup/browser.ts';
import { useSql } from '#tests/setup/sql.ts';

const TABLE = '/ui/datasets/1/table?table=orders';
const BILLION = 1_000_000_000;
const PATIENCE = { timeout: 20_000 };

describe.skipIf(!hasDatabase || !hasBrowser)('a page in a browser', () => {
  const shop = useShop('orders.csv');
  const browser = useBrowser();
  const sql = useSql(shop.database);
  const closed = useApi(shop.database, {
    AUTH: 'on',
    REQUIRE_AUTH_FOR_READS: 'true',
    API_TOKENS: ENTRIES.join(','),
    KAGGLE_DATA_ROOT: shop.mirror.volume,
  });
  let origin = '';
  beforeAll(async () => {
    origin = await shop.api.app.listen({ host: '127.0.0.1', port: 0 });
  });

  /** Numbers of the rows in view, as they are written. */
  const places = (page: Page) => page.locator('data-table tbody th').allTextContents();
  const shows = (page: Page, place: string) =>
    vi.waitFor(async () => expect(await places(page)).toContain(place), PATIENCE);

  it('scrolls through all rows, and says in its address where it is', async () => {
    const { page, complaints, close } = await browser.open();
    await page.goto(origin + TABLE);
    await shows(page, '0');
    await page.locator('.scroller').evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await shows(page, '24,999');
    expect((await page.locator('data-table tbody tr').count()) < 60).toBe(true);
    await vi.waitFor(() => expect(page.url()).toContain('row=24'), PATIENCE);
    await page.reload();
    await shows(page, '24,999');
    expect(complaints).toEqual([]);
    await close();
  });

  it('offers to sign in when the session has ended, and shows the rows after that', async () => {
    const address = await closed.app.listen({ host: '127.0.0.1', port: 0 });
    const { page, close } = await browser.open();
    const signIn = async () => {
      await page.getByLabel('API token').fill(TOKENS.reader);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('button', { name: 'Sign out ada' }).waitFor();
    };
    await page.goto(`${address}/ui/sign-in`);
    await signIn();
    await page.goto(address + TABLE);
    await shows(page, '0');
    await page.context().clearCookies();
    await page.locator('.scroller').evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    const notice = page.locator('data-table .notice');
    await notice.getByRole('link', { name: 'Sign in' }).waitFor();
    await expectAccessible(page);
    await vi.waitFor(() => expect(page.url()).toContain('row=24'), PATIENCE);
    await notice.getByRole('link', { name: 'Sign in' }).click();
    await signIn();
    await shows(page, '24,999');
    await close();
  });

  it('reaches the last of a billion rows, and moves row by row in between', async () => {
    const { page, close } = await browser.open();
    await withBillion(page);
    await page.goto(origin + TABLE);
    await page.locator('.scroller').focus();
    await page.keyboard.press('Control+End');
    await shows(page, '999,999,999');
    await page.locator('.scroller').evaluate((element) => {
      element.scrollTop = element.scrollHeight / 2;
    });
    await vi.waitFor(async () => expect((await places(page))[0]).toMatch(/^(49|50)\d,/), PATIENCE);
    const first = async () => Number((await places(page))[0]?.replaceAll(',', ''));
    const before = await first();
    await page.locator('.scroller').hover();
    for (let step = 0; step < 20; step += 1) {
      await page.mouse.wheel(0, 28);
      await page.waitForTimeout(30);
    }
    await vi.waitFor(async () => expect((await first()) - before).toBe(20), PATIENCE);
    await close();
  });

  it('stays where it was moved to just before it would have settled elsewhere', async () => {
    const { page, close } = await browser.open();
    await withBillion(page);
    await page.addInitScript(`{
      const later = window.setTimeout;
      window.due = [];
      window.setTimeout = (run, delay) => (delay < 100 ? later(run, delay) : window.due.push(run));
    }`);
    await page.goto(origin + TABLE);
    await page.locator('.scroller').focus();
    await page.keyboard.press('Control+End');
    await shows(page, '999,999,999');
    await page.evaluate(`{
      const scroller = document.querySelector('.scroller');
      scroller.scrollTop = scroller.scrollHeight / 2;
      for (const run of window.due) run();
    }`);
    await vi.waitFor(async () => expect((await places(page))[0]).toMatch(/^(49|50)\d,/), PATIENCE);
    await close();
  });

  it('is moved in by keys, opens a row, and follows a bar', async () => {
    const { page, complaints, close } = await browser.open();
    await page.goto(origin + TABLE);
    await shows(page, '0');
    await page.locator('.scroller').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
    await vi.waitFor(
      async () => expect(await page.locator('#active-cell').textContent()).toBe('2.5'),
      PATIENCE,
    );
    await page.keyboard.press('Enter');
    await vi.waitFor(
      async () =>
        expect(await page.locator('dialog dd').allTextContents()).toEqual([
          '2',
          '2.5',
          'n2',
          '2024-01-03',
          'Note 2',
        ]),
      PATIENCE,
    );
    await page.keyboard.press('Escape');
    await vi.waitFor(async () => expect(await page.locator('dialog').count()).toBe(0), PATIENCE);
    await page.locator('thead svg a').first().click();
    await vi.waitFor(() => expect(page.url()).toContain('filter=id.gte.0'), PATIENCE);
    await vi.waitFor(async () => expect(await page.locator('.chip').count()).toBe(2), PATIENCE);
    await shows(page, '0');
    expect(complaints).toEqual([]);
    await close();
  });

  it('keeps the rows of the document until they have been fetched', async () => {
    const { page, close } = await browser.open();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(/\/rows\?/, async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${origin}${TABLE}&row=100`);
    await page.locator('data-table.live tbody tr[aria-rowindex="102"]').waitFor(PATIENCE);
    const row = page.locator('data-table tbody tr[aria-rowindex="102"] > *');
    const texts = ['100', '100', '0.5', 'n2', '2024-01-17', 'Note 100'];
    expect(await row.allTextContents()).toEqual(texts);
    release();
    await vi.waitFor(async () => expect(await row.nth(2).getAttribute('class')).toBe('number'), PATIENCE);
    expect(await row.allTextContents()).toEqual(texts);
    await close();
  });

  it('goes to a row by its number, and lists its keys', async () => {
    const { page, complaints, close } = await browser.open();
    await page.goto(origin + TABLE);
    await shows(page, '0');
    await page.locator('.scroller').focus();
    await page.keyboard.press('g');
    await page.getByLabel(/^Row, 0 to 24,999/).fill('17000');
    await page.keyboard.press('Enter');
    await shows(page, '17,000');
    await page.keyboard.press('?');
    const list = page.getByRole('dialog', { name: 'Keys' });
    expect(await list.textContent()).toContain('go to a row by its number');
    await expectAccessible(page);
    await list.getByRole('checkbox').uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    expect(await list.count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  it('reads and works without a script', async () => {
    const { page, close } = await browser.open({ javaScriptEnabled: false });
    await page.goto(origin + TABLE);
    await page.getByRole('link', { name: 'Next 50' }).click();
    expect((await places(page))[0]).toBe('50');
    await page.locator('#column').selectOption('price');
    await page.locator('#op').selectOption('gt');
    await page.locator('#value').fill('98');
    await page.getByRole('button', { name: 'Filter' }).click();
    expect(await page.locator('.count-line').textContent()).toContain('500 rows that match');
    await close();
  });

  it('tries the API by its forms', async () => {
    const { page, complaints, close } = await browser.open();
    await page.goto(`${origin}/docs#get-dataset`);
    const section = page.locator('#get-dataset');
    await section.getByText('Try it').click();
    await section.getByLabel('id').fill('1');
    await section.getByRole('button', { name: 'Send' }).click();
    await section.locator('output pre').waitFor(PATIENCE);
    expect(await section.locator('output').textContent()).toMatch(/^GET \/datasets\/1\n200 OK.*"ada\/shop"/s);
    expect(complaints).toEqual([]);
    await close();
  });

  it('comes back as a page after its JSON was looked at', async () => {
    const { page, close } = await browser.open();
    await page.goto(`${origin}/ui/datasets/1`);
    await page.getByRole('link', { name: 'JSON' }).click();
    expect(await page.textContent('body')).toContain('"ref":"ada/shop"');
    await page.goBack();
    expect(await page.locator('h1').textContent()).toBe('ada/shop');
    await close();
  });

  it('of a sync follows the tables of its version to their end', async () => {
    await sql(`UPDATE tables SET state = 'waiting'`);
    const { page, complaints, close } = await browser.open();
    await page.goto(`${origin}/ui/syncs/1`);
    expect(await page.locator('[role=status]').textContent()).toBe('Making tables, 0 of 1');
    await sql(`UPDATE tables SET state = 'ready'`);
    await page.getByText('Done').waitFor(PATIENCE);
    expect(complaints).toEqual([]);
    await close();
  });

  it('leads from an address that is pasted to rows, watching how they come', async () => {
    await shop.mirror.offer('grace/tides', 1, {
      'tides.csv': 'day,height\n2024-01-01,1.5\n2024-01-02,2.5\n',
    });
    const { page, complaints, close } = await browser.open();
    await page.goto(origin);
    await page.getByLabel('Register a dataset of Kaggle').fill('https://www.kaggle.com/datasets/grace/tides');
    await page.getByRole('button', { name: 'Register' }).click();
    expect(await page.locator('[role=status]').textContent()).toContain('Waiting');
    const run = shop.mirror.fetch(['--queued']);
    await page.getByText('Up to date').waitFor(PATIENCE);
    expect((await run).status).toBe(0);
    await page.getByRole('navigation', { name: 'Dataset' }).getByRole('link', { name: 'Table' }).click();
    await shows(page, '1');
    const cells = ['2024-01-01', '1.5', '2024-01-02', '2.5'];
    await vi.waitFor(
      async () => expect(await page.locator('data-table td').allTextContents()).toEqual(cells),
      PATIENCE,
    );
    expect(complaints).toEqual([]);
    await close();
  });
});

/** The page and the API as they are, but for how many rows there are. */
async function withBillion(page: Page): Promise<void> {
  await page.route(/\/table\?/, async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace('data-total="25000"', `data-total="${BILLION}"`);
    await route.fulfill({ response, body });
  });
  await page.route(/\/rows\?/, async (route) => {
    const query = new URL(route.request().url()).searchParams;
    const from = Number(query.get('offset'));
    const row_index = Array.from({ length: Number(query.get('limit')) }, (_, at) => from + at);
    await route.fulfill({ json: { rows: row_index.map((id) => ({ id, name: `row ${id}` })), row_index } });
  });
}
