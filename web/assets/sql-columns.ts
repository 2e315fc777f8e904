import type { Completion, CompletionContext, CompletionSource } from '@codemirror/autocomplete';
import { syntaxTree } from '@codemirror/language';
import { identifier } from '../sql-words.ts';

/** Columns by table, as the page lists them. */
export type Schema = ReadonlyMap<string, readonly Completion[]>;

/** Reads them from the list of tables. */
export function readSchema(list: ParentNode): Schema {
  return new Map(
    [...list.querySelectorAll<HTMLElement>('[data-table]')].map((table) => [
      table.dataset.table ?? '',
      [...table.querySelectorAll<HTMLElement>('[data-column]')].map(({ dataset }) => ({
        label: dataset.column ?? '',
        apply: identifier(dataset.column ?? ''),
        detail: dataset.type ?? '',
        type: 'property',
      })),
    ]),
  );
}

/** Columns without their table before them: of the tables that the query names, or of all. */
export function completeColumns(schema: Schema): CompletionSource {
  return (context: CompletionContext) => {
    const word = context.matchBefore(/[\w]+$/);
    if ((!word && !context.explicit) || context.matchBefore(/\.\w*$/)) return null;
    const { name } = syntaxTree(context.state).resolveInner(context.pos, -1);
    if (/String|Comment|Quoted/.test(name)) return null;
    const query = context.state.doc.toString();
    const named = [...schema].filter(([table]) => new RegExp(`\\b${table}\\b`, 'i').test(query));
    const options = (named.length > 0 ? named : [...schema]).flatMap(([, columns]) => columns);
    return { from: word?.from ?? context.pos, options: distinct(options), validFor: /^\w*$/ };
  };
}

function distinct(options: readonly Completion[]): Completion[] {
  return [...new Map(options.map((option) => [option.label, option])).values()];
}
