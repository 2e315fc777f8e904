/** Rows of one request, requests kept, and milliseconds for which a place has to be looked at before it is asked for. */
const BLOCK = 200;
const KEPT = 60;
const PAUSE = 40;

export type Row = Record<string, unknown>;

interface Answer {
  rows: Row[];
  row_index: number[];
}

interface Block {
  rows: readonly Row[];
  places: readonly number[];
}

/** Why rows did not arrive: nobody is signed in any more, or something that may pass. */
export type Failure = 'signed-out' | 'passing';

/** The rows of a table, by their position among those that match; fetched around what is looked at. */
export class TableBlocks {
  private readonly source: URL;
  private readonly total: number;
  private readonly changed: (failure: Failure | null) => void;
  private readonly blocks = new Map<number, Block>();
  private readonly underway = new Map<number, AbortController>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(source: URL, total: number, changed: (failure: Failure | null) => void) {
    this.source = source;
    this.total = total;
    this.changed = changed;
  }

  /** A row and its number in the file; undefined while it is not here. */
  at(index: number): { row: Row; place: number } | undefined {
    const block = this.blocks.get(Math.floor(index / BLOCK));
    const row = block?.rows[index % BLOCK];
    return row && { row, place: block?.places[index % BLOCK] ?? index };
  }

  /** Has these rows come, and the next ones after them; leaves what is out of sight. */
  look(first: number, last: number, forward: boolean): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const from = Math.floor(first / BLOCK);
      const to = Math.floor(Math.min(last, this.total - 1) / BLOCK);
      const wanted = new Set<number>();
      for (let at = from; at <= to; at += 1) wanted.add(at);
      wanted.add(forward ? to + 1 : from - 1);
      for (const [at, abort] of this.underway) if (!wanted.has(at)) abort.abort();
      for (const at of wanted)
        if (at >= 0 && at * BLOCK < this.total && !this.blocks.has(at) && !this.underway.has(at))
          void this.fetch(at);
    }, PAUSE);
  }

  private async fetch(at: number): Promise<void> {
    const abort = new AbortController();
    this.underway.set(at, abort);
    const address = new URL(this.source);
    address.searchParams.set('offset', String(at * BLOCK));
    address.searchParams.set('limit', String(Math.min(BLOCK, this.total - at * BLOCK)));
    let failure: Failure = 'passing';
    try {
      const response = await fetch(address, { signal: abort.signal });
      if (response.status === 401) failure = 'signed-out';
      if (!response.ok) throw new Error(String(response.status));
      const { rows, row_index: places } = (await response.json()) as Answer;
      this.keep(at, { rows, places });
      this.changed(null);
    } catch {
      if (!abort.signal.aborted) this.changed(failure);
    } finally {
      if (this.underway.get(at) === abort) this.underway.delete(at);
    }
  }

  private keep(at: number, block: Block): void {
    this.blocks.delete(at);
    this.blocks.set(at, block);
    for (const oldest of this.blocks.keys()) {
      if (this.blocks.size <= KEPT) break;
      this.blocks.delete(oldest);
    }
  }
}
