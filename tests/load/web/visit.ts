import type { Browser, CDPSession, Page } from 'playwright-core';

const WHEELS = 80;
/** 1.6 Mbit/s and 150 ms: a phone with little reception. */
export const SLOW = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 };

/** Bytes of a page's document and of all that it loads, as they were sent. */
export async function bytesOf(browser: Browser, address: string): Promise<{ html: number; assets: number }> {
  const bytes = { html: 0, assets: 0 };
  const page = await browser.newPage();
  const finished: Promise<void>[] = [];
  page.on('requestfinished', (request) => {
    const kind = request.resourceType();
    if (!['document', 'script', 'stylesheet'].includes(kind)) return;
    const counted = request.sizes().then(({ responseBodySize }) => {
      bytes[kind === 'document' ? 'html' : 'assets'] += responseBodySize;
    });
    finished.push(counted);
  });
  await page.goto(address);
  await page.waitForLoadState('networkidle');
  await Promise.all(finished);
  await page.close();
  return bytes;
}

/** Milliseconds until the text of a page is painted, with an empty cache. */
export async function readable(
  browser: Browser,
  address: string,
  network: typeof SLOW | null,
): Promise<number> {
  const page = await browser.newPage();
  const session = await page.context().newCDPSession(page);
  if (network) {
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', network);
  }
  await page.goto(address);
  const painted = `new Promise((done) => new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime))
    .observe({ type: 'paint', buffered: true }))`;
  const time = Number(await page.evaluate(painted));
  await page.close();
  return time;
}

/** Milliseconds of the main thread for each frame of a table that is scrolled. */
export async function wheel(browser: Browser, address: string): Promise<number> {
  const page = await browser.newPage();
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(address);
  await page.waitForLoadState('networkidle');
  await page.locator('.scroller').hover();
  await page.evaluate(
    `window.frames_ = 0; (function count() { frames_ += 1; requestAnimationFrame(count); })()`,
  );
  const [frames, busy] = [await framesOf(page), await busySeconds(session)];
  for (let turn = 0; turn < WHEELS; turn += 1) await page.mouse.wheel(0, 120);
  await page.waitForTimeout(500);
  const spent = (await busySeconds(session)) - busy;
  const count = (await framesOf(page)) - frames;
  await page.close();
  return (spent * 1_000) / count;
}

const framesOf = async (page: Page) => Number(await page.evaluate('frames_'));

async function busySeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
}
