import type { DatasetCard } from '#shared/data/dataset-cards.ts';
import { LAST_POSITION } from '#shared/data/last-position.ts';
import { bytes, duration, number } from './format.ts';
import { type Html, html } from './html.ts';

type Kind = 'good' | 'busy' | 'idle' | 'warning' | 'bad';

/** A state is a shape and words: colour only repeats it. */
const SHAPES: Readonly<Record<Kind, string>> = { good: '●', busy: '◐', idle: '○', warning: '▲', bad: '✕' };

export function mark(kind: Kind, words: string): Html {
  return html`<span class="state ${kind}"><span aria-hidden="true">${SHAPES[kind]}</span> ${words}</span>`;
}

type Shown = Pick<
  DatasetCard,
  'state' | 'stale' | 'version' | 'last_error' | 'sync_state' | 'phase' | 'bytes_done' | 'bytes_total'
> &
  Partial<Pick<DatasetCard, 'bytes_per_second' | 'queue_position'>>;

/** How a mirror is, in a few words. */
export function mirrorState(card: Shown): Html {
  const { state, stale, version, last_error } = card;
  if (card.sync_state === 'running') return mark('busy', phaseWords(card));
  if (card.sync_state === 'queued') return mark('idle', syncWords({ ...card, state: 'queued' }));
  switch (state) {
    case 'ready':
      return stale
        ? mark('warning', `Last check failed, showing version ${version}`)
        : mark('good', 'Up to date');
    case 'pending_upstream':
      return mark('idle', 'Kaggle is still preparing this version');
    case 'forbidden':
      return mark('warning', 'Kaggle refuses access');
    case 'gone':
      return mark('warning', version === null ? 'Not found at Kaggle' : 'Gone from Kaggle, our copy stays');
    case 'no_space':
      return mark('bad', 'No room on the volume');
    case 'failed':
      return mark('bad', last_error?.title ?? 'Failed');
    default:
      return mark('idle', 'Not mirrored yet');
  }
}

export type Active = Running & {
  state: string;
  queue_position?: number | null;
  tables?: { done: number; total: number } | null;
};

/** Whether a sync is done but for tables of its version. */
export function makesTables({ state, tables }: Active): boolean {
  return state === 'succeeded' && !!tables && tables.done < tables.total;
}

/** How a sync that waits or runs is, or one that makes tables. */
export function syncWords(sync: Active): string {
  if (sync.state === 'running') return phaseWords(sync);
  if (makesTables(sync)) return `Making tables, ${tableCount(sync)}`;
  const position = sync.queue_position ?? 1;
  if (position === 1) return 'Waiting, next in the queue';
  return `Waiting, ${number(position - 1)}${position < LAST_POSITION ? '' : ' or more'} before it`;
}

export function tableCount({ tables }: Active): string | null {
  return tables ? `${number(tables.done)} of ${number(tables.total)}` : null;
}

/** How far a sync is, of a total that may not be known. */
export function progressOf(sync: Active): { done: number; total: number | null } {
  if (makesTables(sync) && sync.tables) return sync.tables;
  return { done: sync.bytes_done ?? 0, total: sync.bytes_total };
}

type Running = Pick<DatasetCard, 'phase' | 'bytes_done' | 'bytes_total'> & {
  bytes_per_second?: number | null;
};

/** What a sync that runs is at. */
export function phaseWords({
  phase,
  bytes_done: done,
  bytes_total: total,
  bytes_per_second: rate,
}: Running): string {
  switch (phase) {
    case 'download': {
      const far = total === null || total === 0 ? bytes(done ?? 0) : `${bytes(done ?? 0)} of ${bytes(total)}`;
      const speed = rate ? `, ${bytes(rate)}/s` : '';
      const left =
        rate && total !== null && done !== null && total > done
          ? `, ${duration((total - done) / rate)} left`
          : '';
      return `Downloading ${far}${speed}${left}`;
    }
    case 'verify':
      return 'Checking checksums';
    case 'extract':
      return 'Unpacking';
    case 'publish':
    case 'record':
      return 'Publishing';
    default:
      return 'Asking Kaggle';
  }
}
