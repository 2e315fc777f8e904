import { beforeAll, describe, expect, it } from 'vitest';
import { useDescribedDataset } from '#tests/functions/finding/described-dataset.ts';
import { hasDatabase } from '#tests/setup/api.ts';
import { hasBrowser, useBrowser } from '#tests/setup/browser.ts';
import { HOSTILE } from './hostile-texts.ts';

/** As PostgreSQL and the name of a file take them. */
const NAMES = HOSTILE.map((text) => text.replaceAll(/[/\n\0]/g, '_').slice(0, 80)).filter(
  (text) => text.trim() !== '',
);

describe.skipIf(!hasDatabase || !hasBrowser)('hostile text', () => {
  const set = useDescribedDataset();
  const browser = useBrowser();
  let origin = '';
  beforeAll(async () => {
    for (const text of HOSTILE)
      if (text.trim() !== '')
        await set.api.post('/datasets', { name: text.slice(0, 200), description: text });
    const cells = HOSTILE.map((text) => `"${text.replaceAll('"', '""').replaceAll('\n', ' ')}"`);
    const header = '"<script>window.harmed=1</script>","<b>x</b>"';
    const files = Object.fromEntries([...new Set(NAMES)].map((name) => [`odd/${name}.txt`, name]));
    await set.describeAtKaggle({
      id_no: 4711,
      title: HOSTILE[0],
      subtitle: HOSTILE[8],
      description: HOSTILE.join('\n\n'),
      keywords: HOSTILE.slice(0, 20),
      licenses: [{ name: HOSTILE[3] }],
      ownerName: HOSTILE[37],
      versionNotes: { 3: HOSTILE[9] },
    });
    await set.mirror.offer('Ada/seals', 3, {
      'cells.csv': `${header}\n${cells.map((cell) => `${cell},1`).join('\n')}\n`,
      ...files,
    });
    const run = await set.mirror.fetch(['--dataset', 'ada/seals']);
    expect(run.status, run.stdout + run.stderr).toBe(0);
    origin = await set.api.app.listen({ host: '127.0.0.1', port: 0 });
  }, 120_000);

  it(`of ${HOSTILE.length} kinds`, () => expect(HOSTILE.length).toBeGreaterThanOrEqual(60));

  it.each([
    '/ui?sort=id',
    '/ui?sort=-id',
    '/ui/datasets/1',
    '/ui/datasets/1/table?table=cells',
    '/ui/datasets/1/files?path=odd%2F',
    '/ui/datasets/1/versions',
    '/ui/datasets/1/diff?from=2&to=3',
  ])('is nothing but text on %s', async (path) => {
    const { page, complaints, close } = await browser.open();
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(request.url()));
    page.on('dialog', (dialog) => complaints.push(`a dialog: ${dialog.message()}`));
    await page.goto(origin + path);
    await page.waitForLoadState('networkidle');
    expect(await page.evaluate('window.harmed')).toBeUndefined();
    expect(loaded.filter((address) => !address.startsWith(origin))).toEqual([]);
    expect(
      await page
        .locator('main :is(script, iframe, object, embed, style, base, meta, img, video, dialog)')
        .count(),
    ).toBe(0);
    const addresses = await page
      .locator('a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
    expect(addresses.filter((address) => !/^(\/|#|https?:)/.test(address))).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  it('is shown as it is', async () => {
    const { page, close } = await browser.open();
    for (const [index, text] of HOSTILE.slice(0, 5).entries()) {
      await page.goto(`${origin}/ui/datasets/${index + 2}`);
      expect(await page.locator('h1').textContent()).toBe(text.slice(0, 200).trim());
      expect(await page.locator('.prose').first().textContent()).toBe(text);
    }
    await page.goto(`${origin}/ui/datasets/1/table?table=cells`);
    expect(await page.locator('thead .cut').allTextContents()).toEqual([
      '<script>window.harmed=1</script>',
      '<b>x</b>',
    ]);
    await close();
  });

  it('makes no long page of short tables', async () => {
    const { renderMarkdown } = await import('#web/markdown.ts');
    const table = (columns: number, rows: number) =>
      `${'|a'.repeat(columns)}|\n${'|-'.repeat(columns)}|\n${'x\n'.repeat(rows)}\n`;
    for (const text of [table(100, 15_000), table(8, 500).repeat(25), table(2, 10_000)])
      expect(renderMarkdown(text)).toBeNull();
    expect(renderMarkdown(table(10, 400))?.text.match(/<td>/g)).toHaveLength(4_000);
  });

  it('takes no time to speak of as Markdown', async () => {
    // Four times the text must not take more than eight times as long: what is nested is cut off.
    const { renderMarkdown } = await import('#web/markdown.ts');
    for (const text of HOSTILE) {
      const once = cost(() => renderMarkdown(text.repeat(Math.ceil(4_000 / text.length)).slice(0, 4_000)));
      const more = cost(() => renderMarkdown(text.repeat(Math.ceil(16_000 / text.length)).slice(0, 16_000)));
      expect(more, text.slice(0, 40)).toBeLessThan(once * 24 + 50);
    }
  });
});

/** The best of some runs, in milliseconds of this thread. */
function cost(work: () => unknown): number {
  const times = Array.from({ length: 3 }, () => {
    const before = process.threadCpuUsage().user;
    work();
    return (process.threadCpuUsage().user - before) / 1_000;
  });
  return Math.min(...times);
}
