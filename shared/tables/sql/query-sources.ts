import type { CommonQueryMethods } from 'slonik';
import { listTables } from '#shared/data/tables.ts';
import type { VersionRow } from '#shared/data/versions.ts';
import type { Dependencies } from '#shared/http/dependencies.ts';
import { Problem } from '#shared/http/problems.ts';
import { type MirroredDataset, readyVersion } from '#shared/mirror/find-version.ts';
import { type ReadyTable, readyTable } from '#shared/tables/find-table.ts';
import type { TableReference } from './check-query.ts';
import { lineAndColumn } from './line-and-column.ts';

/** A version of a dataset whose tables a query may read. */
export interface QuerySource {
  ref: string;
  version: VersionRow;
}

/** What stands before the dot of a table's name, or an empty text; null where it means nothing. */
export type FindSource = (schema: string) => Promise<QuerySource | null>;

/** Tables of a version by their names, and those of the dataset's other versions as `v1.name`. */
export function sourcesOfVersion(
  db: CommonQueryMethods,
  dataset: MirroredDataset,
  version: VersionRow,
): FindSource {
  const ref = dataset.mirror_ref;
  return async (schema) => {
    if (schema === '') return { ref, version };
    const [, number] = /^v([1-9]\d{0,9})$/.exec(schema) ?? [];
    if (number === undefined || Number(number) > MOST_VERSION) return null;
    return { ref, version: await readyVersion(db, dataset, Number(number)) };
  };
}

const MOST_VERSION = 2_147_483_647;
/** Of tables that are named to who names none of them. */
const SHOWN = 20;

export interface FoundTable extends QuerySource {
  reference: TableReference;
  table: ReadyTable;
}

type Place = Pick<Dependencies, 'db' | 'tables'>;

/**
 * The table that `text` refers to.
 * @throws {Problem} query-invalid, query-refused, not-ready, table-failed
 */
export async function findSource(
  place: Place,
  find: FindSource,
  reference: TableReference,
  text: string,
): Promise<FoundTable> {
  const { schema, name } = reference;
  const source = await find(schema).catch((error) => {
    throw error instanceof Problem && error.slug === 'not-found'
      ? mistake(error.message, reference, text)
      : error;
  });
  if (source === null) throw refusal(`${schema === '' ? '' : `${schema}.`}${name}`);
  try {
    return { ...source, reference, table: await readyTable(place, source.version.id, name) };
  } catch (error) {
    if (!(error instanceof Problem && error.slug === 'not-found')) throw error;
    if (OF_THE_ENGINE.test(name)) throw refusal(name);
    const tables = place.tables.enabled
      ? await listTables(place.db, source.version.id, { after: null, limit: SHOWN })
      : [];
    const names = tables.map((table) => table.name).join(', ');
    throw mistake(
      `Version ${source.version.version} has no table ${name}. ${names === '' ? 'It has no tables' : `There are ${names}`}.`,
      reference,
      text,
    );
  }
}

function mistake(detail: string, { position }: TableReference, text: string): Problem {
  return new Problem('query-invalid', detail, { members: lineAndColumn(text, position, 'bytes') });
}

/** Names of its catalogues. */
const OF_THE_ENGINE = /^(?:duckdb|pg|sqlite|pragma)_/;

function refusal(name: string): Problem {
  return new Problem(
    'query-refused',
    `${name} is not a table that this query may read. Files, catalogues and settings cannot be read.`,
  );
}
