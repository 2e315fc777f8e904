import { cpus, loadavg } from 'node:os';
import { brotliCompressSync } from 'node:zlib';
import { type CDPSession, chromium, type Page } from 'playwright-core';

// What the pages cost a browser: npm run bench:web [ADDRESS], while npm start runs. CHROMIUM names a browser.
const PAGES = {
  datasets: '/ui',
  dataset: '/ui/datasets/1',
  table: '/ui/datasets/1/table',
  SQL: '/ui/sql?dataset=1',
  API: '/docs',
};
const RUNS = 5;
const WHEELS = 80;
/** 1.6 Mbit/s and 150 ms: a phone with little reception. */
const SLOW = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 };
const [address = 'http://localhost:3000'] = process.argv.slice(2);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? 'chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});

/** Bytes of a page's document and of all that it loads, as the image sends them. */
async function bytesOf(path: string): Promise<{ html: number; assets: number }> {
  const bytes = { html: 0, assets: 0 };
  const page = await browser.newPage();
  page.on('requestfinished', async (request) => {
    const kind = request.resourceType();
    if (!['document', 'script', 'stylesheet'].includes(kind)) return;
    const body = brotliCompressSync((await (await request.response())?.body().then(Buffer.from)) ?? '');
    bytes[kind === 'document' ? 'html' : 'assets'] += body.length;
  });
  await page.goto(address + path);
  await page.waitForLoadState('networkidle');
  await page.close();
  return bytes;
}

/** Milliseconds until the text of a page is painted, with an empty cache. */
async function readable(path: string, network: typeof SLOW | null): Promise<number> {
  const page = await browser.newPage();
  const session = await page.context().newCDPSession(page);
  if (network) {
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', network);
  }
  await page.goto(address + path);
  const painted = `new Promise((done) => new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime))
    .observe({ type: 'paint', buffered: true }))`;
  const time = Number(await page.evaluate(painted));
  await page.close();
  return time;
}

/** Milliseconds of the main thread for each frame of a table that is scrolled. */
async function wheel(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(address + PAGES.table);
  await page.waitForLoadState('networkidle');
  await page.locator('.scroller').hover();
  await page.evaluate(
    `window.frames_ = 0; (function count() { frames_ += 1; requestAnimationFrame(count); })()`,
  );
  const [frames, busy] = [Number(await page.evaluate('frames_')), await busySeconds(session)];
  for (let turn = 0; turn < WHEELS; turn += 1) await page.mouse.wheel(0, 120);
  await page.waitForTimeout(500);
  const spent = (await busySeconds(session)) - busy;
  return (spent * 1_000) / (Number(await page.evaluate('frames_')) - frames);
}

async function busySeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
async function medianOf(measure: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let run = 0; run < RUNS; run += 1) values.push(await measure());
  return median(values);
}
const print = (line: string) => void process.stdout.write(`${line}\n`);

print(
  `${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, Chromium ${browser.version()}, median of ${RUNS}\n`,
);
print('| page | document, br | scripts and styles, br | readable | at 1.6 Mbit/s and 150 ms |');
print('|---|---|---|---|---|');
for (const [name, path] of Object.entries(PAGES)) {
  const { html, assets } = await bytesOf(path);
  const [near, far] = [
    await medianOf(() => readable(path, null)),
    await medianOf(() => readable(path, SLOW)),
  ];
  print(`| ${name} | ${html} | ${assets} | ${near.toFixed(0)} ms | ${far.toFixed(0)} ms |`);
}
const frame = await medianOf(async () => {
  const page = await browser.newPage();
  const spent = await wheel(page);
  await page.close();
  return spent;
});
print(`\nA frame while a table is scrolled: ${frame.toFixed(1)} ms of the main thread's CPU`);
await browser.close();
