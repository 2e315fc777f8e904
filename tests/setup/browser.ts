import { spawnSync } from 'node:child_process';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';

/** `.ci/chromium` installs one; not for everybody's npm test. */
const executablePath = process.env.CHROMIUM;
export const hasBrowser =
  executablePath !== undefined && spawnSync(executablePath, ['--version']).status === 0;
if (!hasBrowser)
  process.stdout.write('Tests in a browser are skipped: CHROMIUM=/path/to/chromium names one.\n');

export interface Visit {
  page: Page;
  /** What the browser complained about since the page was opened. */
  complaints: string[];
  close(): Promise<void>;
}

/** One Chromium for a test file. */
export function useBrowser() {
  let browser: Browser;
  if (hasBrowser) {
    beforeAll(async () => {
      browser = await chromium.launch({
        executablePath: String(executablePath),
        args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
      });
    });
    afterAll(() => browser?.close());
  }
  return {
    /** A page of its own, with all that the browser says against it. */
    async open(options: BrowserContextOptions = {}): Promise<Visit> {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('requestfailed', (request) => {
        const cause = request.failure()?.errorText;
        // What a page still fetches when it is left, or gives up itself.
        if (cause !== 'net::ERR_ABORTED') complaints.push(`${request.url()}: ${cause}`);
      });
      return { page, complaints, close: () => context.close() };
    },
  };
}

/** A page of any browser. */
interface Evaluates {
  evaluate(script: string): Promise<unknown>;
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** That nothing is wrong with a page for those who read it by other means, and that it is as wide as its window. */
export async function expectAccessible(page: Evaluates): Promise<void> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
  const found = (await page.evaluate(
    `axe.run({ runOnly: { type: 'tag', values: ${JSON.stringify(RULES)} }, resultTypes: ['violations'] })`,
  )) as { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] };
  const violations = found.violations.map(
    ({ id, nodes: [first] }) => `${id}: ${first?.html} ${first?.failureSummary}`,
  );
  expect(violations).toEqual([]);
  await expectNoOverflow(page);
}

export async function expectNoOverflow(page: Evaluates): Promise<void> {
  const beyond = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
  expect(beyond, 'pixels beyond the window').toBeLessThanOrEqual(0);
}
