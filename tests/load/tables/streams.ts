import { spent } from './spent.ts';

const MOST = 1_000_000;

/** A million rows in each format: bytes for a second of processor, and memory of the API and its children. */
export async function measureStreams(base: string, pid: number, rows: number): Promise<string[]> {
  const lines: string[] = [];
  for (const format of ['csv', 'ndjson', 'arrow', 'parquet']) {
    let bytes = 0;
    const { cpu, peak } = await spent(pid, async () => {
      const response = await fetch(`${base}/tables/rows/rows?format=${format}&limit=${Math.min(MOST, rows)}`);
      if (!response.ok || response.body === null) throw new Error(`${format}: ${response.status}`);
      for await (const chunk of response.body) bytes += chunk.length;
    });
    const rate = bytes / 1e6 / (cpu / 1_000);
    lines.push(
      `| a million rows as ${format} | ${(bytes / 1e6).toFixed(0)} MB, ${rate.toFixed(0)} MB per CPU second, ${peak} MiB resident | |`,
    );
  }
  return lines;
}
