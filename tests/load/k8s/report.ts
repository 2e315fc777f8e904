import type { Phases } from './phases.ts';
import type { Service } from './services.ts';

export interface Sample extends Phases {
  service: string;
  round: number;
  /** From sending the request to having the whole answer. */
  seconds: number;
}

const COLUMNS = ['scheduled', 'containers', 'listening', 'firstAnswer'] as const;

/** A table in Markdown: median and p95 of each service, and the median of each phase. */
export function report(services: readonly Service[], samples: readonly Sample[]): string {
  const rows = services.map(({ name, meaning }) => {
    const own = samples.filter(({ service }) => service === name);
    const total = own.map(({ seconds }) => seconds);
    const phases = COLUMNS.map((column) =>
      quantile(
        own.flatMap((sample) => sample[column] ?? []),
        0.5,
      ),
    );
    const range = `${Math.min(...total).toFixed(2)}–${Math.max(...total).toFixed(2)}`;
    return [name, meaning, own.length, quantile(total, 0.5), quantile(total, 0.95), range, ...phases];
  });
  const head = [
    'service',
    '',
    'starts',
    'median s',
    'p95 s',
    'range s',
    ...COLUMNS.map((name) => `${name} s`),
  ];
  return `${[head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`;
}

/** By the nearest rank; a dash for nothing. */
function quantile(values: readonly number[], share: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]?.toFixed(2) ?? '–';
}
