import { spawnSync } from 'node:child_process';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll } from 'vitest';

/** `.ci/firefox` installs one. Chromium is looked at more often: see nightly.yml. */
const executablePath = process.env.FIREFOX;
export const hasFirefox =
  executablePath !== undefined && spawnSync(executablePath, ['--version']).status === 0;

/** Firefox has no command for these, only preferences. */
interface Settings {
  scripts: boolean;
  dark: boolean;
}

/** One Firefox for a group of tests, by WebDriver BiDi. */
export function useFirefox({ scripts, dark }: Settings) {
  let browser: Browser;
  beforeAll(async () => {
    browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath: String(executablePath),
      extraPrefsFirefox: {
        'javascript.enabled': scripts,
        'layout.css.prefers-color-scheme.content-override': dark ? 0 : 1,
      },
    });
  }, 120_000);
  afterAll(() => browser?.close());
  return {
    /** A page of its own, with all that the browser says against it. */
    async open(): Promise<{ page: Page; complaints: string[] }> {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (['error', 'warn'].includes(message.type())) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('requestfailed', (request) => {
        const cause = request.failure()?.errorText;
        // What a page still fetches when it is left, or gives up itself.
        if (cause !== 'NS_BINDING_ABORTED') complaints.push(`${request.url()}: ${cause}`);
      });
      return { page, complaints };
    },
  };
}
