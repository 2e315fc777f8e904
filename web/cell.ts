/** How a value of a table is shown: as it is stored. `mark` says that it is none, or empty. */
export interface Cell {
  text: string;
  mark: 'null' | 'empty' | 'number' | null;
}

/** Characters of a cell; the rest is in the row's own view. */
const SHOWN = 200;

export function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return { text: 'null', mark: 'null' };
  if (value === '') return { text: '""', mark: 'empty' };
  if (typeof value === 'number') return { text: Object.is(value, -0) ? '-0' : String(value), mark: 'number' };
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { text: text.length > SHOWN ? `${text.slice(0, SHOWN).toWellFormed()}…` : text, mark: null };
}
