/** A bound of our figure itself, or of its ratio to another server's. */
export interface Target {
  per?: string;
  least?: number;
  most?: number;
}

/** Rows of a Markdown table: a figure of each server, ours ÷ bare, and whether the targets are met. */
export function createTable(servers: readonly string[], print: (line: string) => void) {
  const missed: string[] = [];
  const line = (cells: readonly string[]) => print(`| ${cells.join(' | ')} |`);
  line(['', ...servers, 'ours ÷ bare', 'target', 'met']);
  line(Array(servers.length + 4).fill('---'));
  return {
    missed: missed as readonly string[],
    row(label: string, figures: Readonly<Record<string, number>>, targets: readonly Target[] = []): void {
      const { bare, ours = Number.NaN } = figures;
      const broken = targets.filter((target) => !isMet(target, ours, figures));
      missed.push(
        ...broken.map((target) => `${label}: ${shown(measured(target, ours, figures))}, ${spelled(target)}`),
      );
      const cells = servers.map((name) => shown(figures[name]));
      const met = targets.length === 0 ? '' : broken.length === 0 ? 'yes' : 'no';
      line([
        label,
        ...cells,
        bare === undefined ? '' : (ours / bare).toFixed(2),
        targets.map(spelled).join(', '),
        met,
      ]);
    },
  };
}

function measured({ per }: Target, ours: number, figures: Readonly<Record<string, number>>): number {
  return per === undefined ? ours : ours / (figures[per] ?? Number.NaN);
}

function isMet(target: Target, ours: number, figures: Readonly<Record<string, number>>): boolean {
  const { least = 0, most = Number.POSITIVE_INFINITY } = target;
  const value = measured(target, ours, figures);
  return value >= least && value <= most;
}

function spelled({ per, least, most }: Target): string {
  return `${least === undefined ? `≤ ${most}` : `≥ ${least}`}${per === undefined ? '' : ` × ${per}`}`;
}

function shown(figure: number | undefined): string {
  if (figure === undefined) return '';
  return figure.toFixed(figure < 10 ? 2 : 0);
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** What a request costs where nothing else disturbs: other work on the machine only adds to processor time. */
export function least(values: readonly number[]): number {
  return Math.min(...values);
}
