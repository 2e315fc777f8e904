/** What a page of a table is about; its address says all of it. */
export interface TableView {
  /** `/ui/datasets/4/table` */
  path: string;
  version: number;
  table: string;
  filters: readonly string[];
  sort: string | null;
  q: string | null;
  /** Of the rows that match, the first that is shown. */
  row: number;
  /** Of the columns, the first that is shown. */
  from: number;
}

/** A filter that a form sent, and why it is none. */
export interface TypedFilter {
  column: string;
  op: string;
  value: string;
  wrong: string;
}

/** The page's address, with some of it otherwise. */
export function tableAddress(view: TableView, changes: Partial<TableView> = {}): string {
  const wanted = { ...view, ...changes };
  return `${wanted.path}?${shown(wanted)}${narrowed(wanted)}`;
}

/** Makes addresses of the page with further filters: what they have in common is written once. */
export function filterAddresses(view: TableView): (...filters: string[]) => string {
  const before = `${view.path}?${shown(view)}`;
  const after = narrowed({ ...view, row: 0 });
  return (...filters) => before + filters.map((one) => filterPart(view, one)).join('') + after;
}

const filterPart = (view: TableView, filter: string) =>
  view.filters.includes(filter) ? '' : `&filter=${encode(filter)}`;

/** Where the API gives the rows that a view is of. */
export function rowsAddress(datasetId: number, view: TableView, columns: readonly string[]): string {
  const { version, table, filters, sort, q } = view;
  const search = new URLSearchParams(columns.length > 0 ? { select: columns.map(quoted).join(',') } : {});
  for (const filter of filters) search.append('filter', filter);
  if (sort !== null) search.set('sort', sort);
  if (q !== null) search.set('q', q);
  return `/datasets/${datasetId}/versions/${version}/tables/${encodeURIComponent(table)}/rows?${search}`;
}

function shown({ version, table, filters }: TableView): string {
  return `version=${version}&table=${encode(table)}${filters.map((filter) => `&filter=${encode(filter)}`).join('')}`;
}

function narrowed({ sort, q, row, from }: TableView): string {
  return [
    q === null ? '' : `&q=${encode(q)}`,
    sort === null ? '' : `&sort=${encode(sort)}`,
    from > 0 ? `&from=${from}` : '',
    row > 0 ? `&row=${row}` : '',
  ].join('');
}

/** As a form encodes a field. A page has hundreds of addresses, and URLSearchParams takes many times as long. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('%20', '+');
}

/** A name as `filter`, `sort` and `select` take it. */
export function quoted(name: string): string {
  return /^[^,."\s-]+$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** `column.op.value` */
export function filterOf(column: string, operator: string, value: string | null): string {
  return value === null ? `${quoted(column)}.${operator}` : `${quoted(column)}.${operator}.${value}`;
}

export const OPERATORS: readonly (readonly [operator: string, label: string])[] = [
  ['eq', '='],
  ['neq', '≠'],
  ['gt', '>'],
  ['gte', '≥'],
  ['lt', '<'],
  ['lte', '≤'],
  ['contains', 'contains'],
  ['starts', 'starts with'],
  ['ends', 'ends with'],
  ['null', 'is null'],
  ['notnull', 'is not null'],
];

const LABELS = new Map(OPERATORS);

/** A message of the API that lists operators, with those that the form has and as it spells them. */
export function inLabels(message: string): string {
  return message.replace(/there are ([a-z, ]+)\.$/, (_, names: string) => {
    const labels = names.split(', ').flatMap((name) => LABELS.get(name) ?? []);
    return `there are ${labels.join(', ')}.`;
  });
}

/** `temp_max > 30` */
export function filterLabel(filter: string): string {
  const [, quotedName, bare, operator = '', value] =
    /^(?:"((?:[^"]|"")*)"|([^,."]+))\.([a-z]+)(?:\.(.*))?$/s.exec(filter) ?? [];
  const name = quotedName?.replaceAll('""', '"') ?? bare;
  if (name === undefined) return filter;
  return [name, LABELS.get(operator) ?? operator, value].filter((part) => part !== undefined).join(' ');
}
