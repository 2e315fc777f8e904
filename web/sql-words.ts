import { RESERVED } from '#shared/tables/table-names.ts';

/** Words that stand in a SELECT and that the engine does not reserve; a test compares. */
export const KEYWORDS = `
  anti asof between by cross cube current escape exclude exists following full glob grouping grouping_id groups ignore
  ilike inner is isnull join left like materialized natural nulls outer over partition positional preceding range
  recursive replace respect right rollup rows sample semi sets similar struct tablesample ties try_cast unbounded values
  within without`
  .trim()
  .split(/\s+/);

/** Types that a column can be cast to. */
export const TYPES = `
  bigint blob boolean date decimal double float hugeint int integer interval real smallint text time timestamp
  timestamptz tinyint ubigint uinteger uuid varchar`
  .trim()
  .split(/\s+/);

/** A name as a query has to spell it. */
export function identifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
