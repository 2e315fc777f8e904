import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';

// Pictures of the main pages for the documents, of an API that `npm start` has started: node scripts/docs/pictures.ts [ADDRESS]
// CHROMIUM names a browser; .ci/chromium installs one.
const PAGES = {
  datasets: '/ui',
  dataset: '/ui/datasets/1',
  table: '/ui/datasets/1/table',
  search: '/ui?q=weather',
  sql: '/ui/sql?dataset=1&q=SELECT+weather,+count(*)+AS+days,+round(avg(temp_max),+1)+AS+warmest%0AFROM+seattle_weather%0AGROUP+BY+weather+ORDER+BY+days+DESC',
  mirrors: '/ui/mirrors',
};
const folder = resolve(import.meta.dirname, '../../docs/pictures');
const [address = 'http://localhost:3000'] = process.argv.slice(2);

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? 'chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
for (const colorScheme of ['light', 'dark'] as const) {
  const page = await browser.newPage({ viewport: { width: 1200, height: 760 }, colorScheme });
  for (const [name, path] of Object.entries(PAGES)) {
    await page.goto(address + path);
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
  }
}
await browser.close();
