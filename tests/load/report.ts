import type { Tally } from './tally.ts';
import type { Moment } from './watch.ts';

/** Rows of cells under a head, as Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join(
    '\n',
  );
}

export const TALLY_HEAD = [
  'stage',
  'offered/s',
  'goodput/s',
  'p50 ms',
  'p95 ms',
  'p99 ms',
  'refused/s',
  'refused p50',
  'refused p99',
  'statuses',
  'errors',
];

export function tallyRow(
  name: string,
  { rate, seconds }: { rate: number; seconds: number },
  { goodput, good, refused, statuses, errors }: Tally,
): string[] {
  return [
    name,
    decimal(rate),
    decimal(goodput()),
    ...[50, 95, 99].map((percentile) => decimal(good.at(percentile))),
    decimal(refused.count() / seconds),
    ...[50, 99].map((percentile) => decimal(refused.at(percentile))),
    [...statuses]
      .sort(([one], [two]) => one - two)
      .map(([status, count]) => `${status}×${count}`)
      .join(' '),
    [...errors].map(([code, count]) => `${code}×${count}`).join(' ') || '0',
  ];
}

/** At most a dozen of the moments, evenly. */
export function momentTable(moments: readonly Moment[]): string {
  const step = Math.max(1, Math.ceil(moments.length / 12));
  const shown = moments.filter((_, index) => index % step === 0 || index === moments.length - 1);
  return table(
    ['second', 'RSS MiB', 'heap MiB', 'descriptors', 'connections', 'loop p99 ms', 'CPU s'],
    shown.map(({ at, rssMib, heapMib, descriptors, connections, loopDelay, cpu }) =>
      [at, rssMib, heapMib, descriptors, connections, loopDelay, cpu].map(decimal),
    ),
  );
}

export function decimal(value: number | null): string {
  if (value === null || Number.isNaN(value)) return '–';
  return Number.isInteger(value) || value >= 1_000 ? value.toFixed(0) : value.toFixed(1);
}
