import type { ColumnSchema } from '#shared/data/tables.ts';
import { type InputError, Problem } from '#shared/http/problems.ts';

/** A part of the query that does not fit the table. @throws {Problem} validation-failed */
export function refuse(parameter: string, detail: string, code: InputError['code'] = 'invalid'): never {
  throw new Problem('validation-failed', `${parameter} ${detail}.`, {
    errors: [{ parameter, code, detail }],
  });
}

/** `"…"` with `"` doubled, or all up to what cannot stand in a bare name. */
const NAME = /"((?:[^"]|"")*)"|([^,."]+)/y;

/** A name at the start of a text, and what follows it; null when there is none. */
export function takeName(text: string): { name: string; rest: string } | null {
  NAME.lastIndex = 0;
  const [whole, quoted, bare] = NAME.exec(text) ?? [];
  if (whole === undefined) return null;
  return { name: quoted?.replaceAll('""', '"') ?? bare ?? '', rest: text.slice(whole.length) };
}

export function columnOf(columns: readonly ColumnSchema[], name: string, parameter: string): ColumnSchema {
  const found = columns.find((column) => column.name === name);
  if (found) return found;
  const names = columns.slice(0, 20).map((column) => column.name);
  const more = columns.length > names.length ? ' and others' : '';
  return refuse(
    parameter,
    `names no column ${JSON.stringify(name.slice(0, 100))}: there are ${names.join(', ')}${more}`,
    'unknown',
  );
}

/** `a,"b,c"` */
export function parseColumns(
  columns: readonly ColumnSchema[],
  text: string,
  parameter: string,
): ColumnSchema[] {
  return parseItems(text, parameter).map(({ name }) => columnOf(columns, name, parameter));
}

/** `a,-"b"`: up to four, `-` for the greatest first. */
export function parseSort(
  columns: readonly ColumnSchema[],
  text: string,
): { column: ColumnSchema; descending: boolean }[] {
  const items = parseItems(text, 'sort');
  if (items.length > 4) refuse('sort', 'has more than 4 columns', 'out-of-range');
  return items.map(({ name, descending }) => ({ column: columnOf(columns, name, 'sort'), descending }));
}

function parseItems(text: string, parameter: string): { name: string; descending: boolean }[] {
  const items = [];
  for (let rest: string | null = text; rest !== null; ) {
    const descending: boolean = parameter === 'sort' && rest.startsWith('-');
    const taken = takeName(descending ? rest.slice(1) : rest);
    if (taken === null || !(taken.rest === '' || taken.rest.startsWith(',')))
      return refuse(
        parameter,
        'must be column names separated by commas, in double quotes where they have other characters',
        'malformed',
      );
    items.push({ name: taken.name, descending });
    rest = taken.rest === '' ? null : taken.rest.slice(1);
  }
  return items;
}
