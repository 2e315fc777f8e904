import { once } from 'node:events';
import { threadTime } from '../processor-time.ts';
import { fetchPage, REQUESTS } from './page-time.ts';
import type { Site } from './site.ts';

/** What makes a page of what was read: its template, the document around it, its ETag and its compression. */
const TEMPLATE = /^(\w+Page|layout)$/;
const REST = /^(contentEtag|br)$/;
const NOT_BUSY = new Set(['(idle)', '(root)']);

interface Profile {
  nodes: { id: number; callFrame: { functionName: string }; children?: number[] }[];
  samples: number[];
}

/** Milliseconds of the server's main thread in the templates of a page, and in them with ETag and compression. */
export async function ownTime({ origin, pid, inspector }: Site, path: string) {
  const before = await threadTime(pid);
  const profile = await profiled(inspector, async () => {
    for (let at = 0; at < REQUESTS; at += 1) await fetchPage(origin + path);
  });
  const busy = ((await threadTime(pid)) - before) / REQUESTS / 1_000;
  // Samples are as many while the thread waits for a core: their share holds on a busy machine too.
  const share = (names: RegExp) => busy * shareOf(profile, names);
  const template = share(TEMPLATE);
  return { template, all: template + share(REST) };
}

/** Of the samples in which the thread was busy, those with a function of such a name on the stack. */
function shareOf({ nodes, samples }: Profile, names: RegExp): number {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const inside = new Set<number>();
  const enter = (id: number, under: boolean) => {
    const node = byId.get(id);
    if (node === undefined) return;
    const here = under || names.test(node.callFrame.functionName);
    if (here) inside.add(id);
    for (const child of node.children ?? []) enter(child, here);
  };
  enter(nodes[0]?.id ?? 0, false);
  const busy = samples.filter((id) => !NOT_BUSY.has(byId.get(id)?.callFrame.functionName ?? ''));
  return busy.filter((id) => inside.has(id)).length / busy.length;
}

async function profiled(port: number, use: () => Promise<void>): Promise<Profile> {
  const list = await fetch(`http://127.0.0.1:${port}/json/list`);
  const [{ webSocketDebuggerUrl }] = (await list.json()) as [{ webSocketDebuggerUrl: string }];
  const socket = new WebSocket(webSocketDebuggerUrl);
  await once(socket, 'open');
  let count = 0;
  const send = async (method: string, params = {}) => {
    count += 1;
    socket.send(JSON.stringify({ id: count, method, params }));
    const [{ data }] = (await once(socket, 'message')) as [{ data: string }];
    return JSON.parse(data).result;
  };
  await send('Profiler.enable');
  await send('Profiler.setSamplingInterval', { interval: 100 });
  await send('Profiler.start');
  await use();
  const { profile } = await send('Profiler.stop');
  socket.close();
  return profile;
}
