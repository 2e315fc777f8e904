import type { ColumnSummary } from './column-summary.ts';
import { number, share } from './format.ts';
import { type Html, html } from './html.ts';
import { filterOf } from './table-address.ts';

/** Makes the address of the page with one more filter, or more. */
export type AddFilters = (...filters: string[]) => string;

const WIDTH = 132;
const HEIGHT = 36;
const ROW = 18;
const LETTERS = 13;

/** What the values of a column are like: bars that lead to the rows behind them. */
export function summaryOf(column: ColumnSummary, rows: number, add: AddFilters): Html {
  const { nulls, histogram, top } = column;
  return html`${histogram ? bars(column, histogram, add) : top && top.length > 0 && isTelling(column, rows) ? values(column, top, rows, add) : blank(column)}
<span class="nulls">${nulls === 0 ? 'no nulls' : html`<a tabindex="-1" href="${add(filterOf(column.name, 'null', null))}">${share(nulls, rows)} null</a>`}</span>`;
}

/** Where each value is another, the first ones of them say nothing. */
function isTelling({ distinct, top }: ColumnSummary, rows: number): boolean {
  return distinct === null || distinct < rows || (top?.[0]?.count ?? 0) > 1;
}

function blank({ distinct, distinct_exact: exact }: ColumnSummary): Html {
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true"><text x="0" y="24">${distinct === null ? '' : `${exact ? '' : 'about '}${number(distinct)} distinct`}</text></svg>`;
}

function bars({ name, type, min, max }: ColumnSummary, { edges, counts }: Histogram, add: AddFilters): Html {
  const most = Math.max(...counts, 1);
  const step = WIDTH / counts.length;
  const last = counts.length - 1;
  // Each but the first and the last is the end of one bar and the start of the next.
  const labels = edges.map(brief);
  const bounds = edges.map((edge) => (edge === null ? '' : spell(edge, type)));
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="group" aria-label="Distribution of ${name}">${counts.map(
    (count, at) => {
      const [low, high] = [edges[at], edges[at + 1]];
      if (count === 0 || low === undefined || high === undefined || low === null || high === null)
        return null;
      const height = Math.max(1, Math.round((count / most) * (HEIGHT - 2)));
      const to = add(
        filterOf(name, 'gte', bounds[at] ?? ''),
        filterOf(name, at === last ? 'lte' : 'lt', bounds[at + 1] ?? ''),
      );
      const label = `${labels[at]} to ${labels[at + 1]}: ${number(count)}`;
      return html`<a tabindex="-1" href="${to}" aria-label="${label}"><title>${label}</title><rect class="bar" x="${round(at * step)}" y="${HEIGHT - height}" width="${round(step - 1)}" height="${height}"/></a>`;
    },
  )}</svg><span class="ends"><span>${brief(min)}</span><span>${brief(max)}</span></span>`;
}

function values({ name }: ColumnSummary, top: readonly Top[], rows: number, add: AddFilters): Html {
  const shown = top.slice(0, 2);
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="group" aria-label="Most frequent values of ${name}">${shown.map(
    ({ value, count }, at) => {
      const label = `${value}: ${number(count)}`;
      const width = round(Math.max(1, (count / Math.max(rows, 1)) * WIDTH));
      const text = value.length > LETTERS ? `${value.slice(0, LETTERS - 1).toWellFormed()}…` : value;
      return html`<a tabindex="-1" href="${add(filterOf(name, 'eq', value))}"><rect class="bar" x="0" y="${at * ROW}" width="${width}" height="${ROW - 2}"><title>${label}</title></rect><text x="4" y="${at * ROW + 12}">${text === '' ? '""' : text}</text><text class="share" x="${WIDTH}" y="${at * ROW + 12}">${share(count, rows)}</text></a>`;
    },
  )}</svg>`;
}

type Histogram = NonNullable<ColumnSummary['histogram']>;
type Top = NonNullable<ColumnSummary['top']>[number];

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/**
 * As a filter takes an edge. A whole number is on the same side of a fraction as of the next whole one, and a day on the
 * same side of a time as of the next midnight.
 */
function spell(edge: number | string, type: string): string {
  if (typeof edge === 'number') {
    if (type.startsWith('int')) return String(Math.ceil(edge));
    return type.startsWith('decimal') ? PLAIN.format(edge) : String(edge);
  }
  if (type !== 'date') return edge.replace(/\.0+(?=Z?$)/, '');
  return new Date(Math.ceil(Date.parse(`${edge.slice(0, 23)}Z`) / DAY_MS) * DAY_MS)
    .toISOString()
    .slice(0, 10);
}

const DAY_MS = 86_400_000;
const DAY = /^(\d{4}-\d\d-\d\d)T00:00:00(\.0+)?Z?$/;

// Made once: making one takes longer than all else of a bar.
const PLAIN = new Intl.NumberFormat('en-US', { useGrouping: false, maximumFractionDigits: 18 });
const FOUR_DIGITS = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });
const COMPACT = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4, notation: 'compact' });

/** Four digits of a number, and of a time at midnight the day. */
function brief(value: number | string | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return DAY.exec(value)?.[1] ?? value.slice(0, 16).replace('T', ' ');
  return (Math.abs(value) >= 1e7 ? COMPACT : FOUR_DIGITS).format(Number(value.toPrecision(4)));
}
