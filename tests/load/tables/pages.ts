import { childrenTime, processorTime } from '../processor-time.ts';
import type { Question, Server } from './others.ts';
import { median } from './spent.ts';

/** Requests of a round: the clock of the processor counts in hundredths of a second. */
const REQUESTS = 5;
const QUESTIONS: readonly Question[] = ['first page', 'last page', 'filter', 'group by'];

/** Milliseconds of processor for the same rows of each server, in turns. */
export async function comparePages(
  base: string,
  pid: number,
  rows: number,
  rounds: number,
  others: readonly Server[],
): Promise<string[]> {
  const page = (query: string) => () => fetch(`${base}/tables/rows/rows?${query}`);
  const sql = encodeURIComponent('select city, count(*), avg(price) from rows group by city');
  const ours: Server = {
    name: 'ours',
    pid,
    ask: {
      'first page': page('limit=100'),
      'last page': page(`limit=100&offset=${rows - 100}`),
      filter: page('limit=100&filter=quantity.eq.42&filter=city.eq.Oslo'),
      'group by': () => fetch(`${base}/sql?query=${sql}`),
    },
  };
  const servers = [ours, ...others];
  const lines: string[] = [];
  const found = new Map<string, number>();
  for (const question of QUESTIONS) {
    for (const server of servers) await answered(server, question);
    const cpu = new Map(servers.map((server): [Server, number[]] => [server, []]));
    for (let round = 0; round < rounds; round++)
      for (const server of servers) {
        const before = await timeOf(server.pid);
        for (let request = 0; request < REQUESTS; request++) await answered(server, question);
        cpu.get(server)?.push(((await timeOf(server.pid)) - before) / REQUESTS / 1_000);
      }
    const figures = servers.map((server) => [server.name, median(cpu.get(server) ?? [])] as const);
    found.set(question, figures[0]?.[1] ?? 0);
    const best = Math.min(...figures.slice(1).map(([, value]) => value));
    lines.push(
      `| ${question} | ${figures.map(([name, value]) => `${name} ${value.toFixed(0)}`).join(', ')} ms of CPU | ${others.length > 0 ? `${(best / (figures[0]?.[1] ?? 1)).toFixed(2)} × of the better` : ''} |`,
    );
  }
  const ratio = (found.get('last page') ?? 0) / (found.get('first page') ?? 1);
  return [`| last page; first page | | ${ratio.toFixed(2)} × |`, ...lines];
}

async function answered({ name, ask }: Server, question: Question): Promise<void> {
  const response = await ask[question]();
  const body = await response.text();
  if (!response.ok) throw new Error(`${name}: ${response.status} ${body.slice(0, 300)}`);
}

async function timeOf(pid: number): Promise<number> {
  return (await processorTime(pid)) + (await childrenTime(pid));
}
