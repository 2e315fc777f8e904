import type { SyncRow } from '#shared/data/syncs.ts';
import { makesTables, progressOf, syncWords } from '../mirror-state.ts';

const OFTEN = 2_000;
const SELDOM = 10_000;
/** Milliseconds in which people look. */
const ATTENTION = 120_000;

/** Keeps a sync on the page as it is; when it has ended, the page is loaded again. */
export function watchSyncs(): void {
  for (const element of document.querySelectorAll<HTMLElement>('[data-sync]')) void watch(element);
}

async function watch(element: HTMLElement): Promise<void> {
  const words = element.querySelector('[role=status]');
  const bar = element.querySelector('progress');
  for (const begun = Date.now(); ; ) {
    await pause(Date.now() - begun < ATTENTION ? OFTEN : SELDOM);
    const sync = await read(element.dataset.sync ?? '');
    if (sync === null) continue;
    const ended = sync.state === 'succeeded' && !makesTables(sync);
    if (ended || sync.state !== element.dataset.state) return location.reload();
    const now = syncWords(sync);
    if (words && words.textContent !== now) words.textContent = now;
    if (!bar) continue;
    const { done, total } = progressOf(sync);
    if (total) {
      bar.max = total;
      bar.value = Math.min(done, total);
    } else bar.removeAttribute('value');
  }
}

async function read(id: string): Promise<SyncRow | null> {
  try {
    const response = await fetch(`/syncs/${id}`);
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/** Waits, and for as long as nobody sees the page. */
async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  if (document.hidden)
    await new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }));
}
