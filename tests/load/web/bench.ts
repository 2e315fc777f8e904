import { cpus, loadavg } from 'node:os';
import { chromium } from 'playwright-core';
import { ownTime } from './own-time.ts';
import { pageTime } from './page-time.ts';
import { type Site, tableOf, WIDTHS, withSite } from './site.ts';
import { bytesOf, readable, SLOW, wheel } from './visit.ts';

// What the pages cost a browser and the server: npm run bench:web, after npm run build. CHROMIUM names a browser.
const SEEN = {
  datasets: '/ui',
  dataset: '/ui/datasets/1',
  table: '/ui/datasets/1/table',
  'table of 12 columns': tableOf(12),
  SQL: '/ui/sql?dataset=1',
  API: '/docs',
};
const MADE = {
  ...SEEN,
  search: '/ui?q=weather',
  files: '/ui/datasets/1/files',
  file: '/ui/datasets/1/files?path=seattle-weather.csv',
  versions: '/ui/datasets/1/versions',
  diff: '/ui/datasets/1/diff',
  syncs: '/ui/datasets/1/syncs',
  sync: '/ui/syncs/1',
  mirrors: '/ui/mirrors',
  'sign-in': '/ui/sign-in',
  'JSON of a dataset': '/datasets/1',
};
const RUNS = Number(process.env.RUNS ?? 5);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? 'chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  await withSite(measure);
} finally {
  await browser.close();
}

async function measure(site: Site): Promise<void> {
  const load = loadavg()[0]?.toFixed(1);
  print(`${cpus().length} cores, load ${load}, Chromium ${browser.version()}, median of ${RUNS}\n`);
  print('| page | CPU of the server | of it the templates | with ETag and compression |\n|---|---|---|---|');
  for (const [name, path] of Object.entries(MADE)) {
    const whole = await pageTime(site, path);
    const { template, all } = await ownTime(site, path);
    print(`| ${name} | ${[whole, template, all].map((time) => time.toFixed(2)).join(' ms | ')} ms |`);
  }
  print('\n| columns | CPU of a frame while the table is scrolled |\n|---|---|');
  for (const width of WIDTHS) {
    const frame = await medianOf(() => wheel(browser, site.origin + tableOf(width)));
    print(`| ${width} | ${frame.toFixed(1)} ms |`);
  }
  print('\n| page | document | scripts and styles | readable | at 1.6 Mbit/s and 150 ms |');
  print('|---|---|---|---|---|');
  for (const [name, path] of Object.entries(SEEN)) {
    const address = site.origin + path;
    const { html, assets } = await bytesOf(browser, address);
    const near = await medianOf(() => readable(browser, address, null));
    const far = await medianOf(() => readable(browser, address, SLOW));
    print(`| ${name} | ${html} | ${assets} | ${near.toFixed(0)} ms | ${far.toFixed(0)} ms |`);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function medianOf(measureOne: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let run = 0; run < RUNS; run += 1) values.push(await measureOne());
  return values.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN;
}
