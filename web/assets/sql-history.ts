import { make } from './make.ts';

const KEY = 'sql-history';
const MOST = 50;

interface Entry {
  dataset: string;
  query: string;
}

function read(): Entry[] {
  try {
    const entries: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(entries) ? entries.filter(isEntry) : [];
  } catch {
    return [];
  }
}

function isEntry(entry: unknown): entry is Entry {
  return typeof (entry as Entry)?.dataset === 'string' && typeof (entry as Entry).query === 'string';
}

/** The queries that ran in this browser, newest first, in a list of their own. */
export class SqlHistory {
  private readonly list = make('ul', { className: 'schema' });
  private readonly box: HTMLElement;
  private readonly dataset: string;
  private readonly choose: (query: string) => void;

  constructor(place: Element, dataset: string, choose: (query: string) => void) {
    this.dataset = dataset;
    this.choose = choose;
    const forget = make('button', { type: 'button', className: 'quiet' }, 'Forget all');
    forget.addEventListener('click', () => {
      localStorage.removeItem(KEY);
      this.show();
    });
    this.box = make('details', { className: 'history' }, make('summary', {}, 'History'), this.list, forget);
    place.append(this.box);
    this.show();
  }

  add(query: string): void {
    const { dataset } = this;
    const others = read().filter((entry) => entry.dataset !== dataset || entry.query !== query);
    try {
      localStorage.setItem(KEY, JSON.stringify([{ dataset, query }, ...others].slice(0, MOST)));
    } catch {
      // A browser that keeps nothing has no history.
    }
    this.show();
  }

  private show(): void {
    const entries = read().filter(({ dataset }) => dataset === this.dataset);
    this.box.hidden = entries.length === 0;
    this.list.replaceChildren(
      ...entries.map(({ query }) => {
        const button = make('button', { type: 'button', className: 'name-button', title: query }, query);
        button.addEventListener('click', () => this.choose(query));
        return make('li', {}, button);
      }),
    );
  }
}
