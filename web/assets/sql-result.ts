import { cellOf } from '../cell.ts';
import { type QueryMistake, type QueryRows, sourceLine } from '../query-words.ts';
import { make } from './make.ts';

/** The rows of a query, as the server sets them. */
export function rowsOf({ columns, rows }: QueryRows): HTMLElement {
  const head = columns.map(({ name, type }) =>
    make(
      'th',
      { scope: 'col' },
      make('span', { className: 'cut', title: name }, name),
      make('span', { className: 'type' }, type),
    ),
  );
  const body = rows.map((row) =>
    make(
      'tr',
      {},
      ...row.map((value) => {
        const { text, mark } = cellOf(value);
        return make('td', { className: mark ?? '' }, text);
      }),
    ),
  );
  return make(
    'div',
    { className: 'scroller', tabIndex: 0, role: 'region', ariaLabel: 'Result' },
    make(
      'table',
      { className: 'grid' },
      make('thead', {}, make('tr', {}, ...head)),
      make('tbody', {}, ...body),
    ),
  );
}

/** What is wrong with a query, and where. */
export function mistakeOf(mistake: QueryMistake, query: string): HTMLElement {
  const line = sourceLine(mistake, query);
  const notice = make('div', { className: 'notice', role: 'alert' }, make('p', {}, mistake.detail));
  if (line !== null) notice.append(make('pre', { className: 'wide', tabIndex: 0 }, line));
  return notice;
}
