import * as z from 'zod';
import { ColumnSchema, Conversion, TableRow, type WholeTable } from '#shared/data/tables.ts';
import { type Representation, represent } from '#shared/http/representation.ts';

const Table = TableRow.omit({ id: true });

function present({ id: _, ...shown }: TableRow) {
  return shown;
}

/** A table as the API lists it. */
export const tableItem: Representation<TableRow> = represent(
  Table.meta({ id: 'Table' }),
  present as (row: TableRow) => unknown,
);

/** A table with its columns, how it was read, and its Parquet file; null for what is not known of it yet. */
export const wholeTableItem: Representation<WholeTable> = represent(
  Table.omit({ columns: true })
    .extend({
      columns: z.array(ColumnSchema).nullable(),
      conversion: Conversion.nullable(),
      parquet: z.object({ bytes: z.int(), sha256: z.string(), row_groups: z.int() }).nullable(),
    })
    .meta({ id: 'WholeTable' }),
  ({ id: _, schema, conversion, sha256, row_groups, columns: __, ...shown }: WholeTable) => ({
    ...shown,
    columns: schema,
    conversion,
    parquet: sha256 === null ? null : { bytes: shown.bytes, sha256, row_groups },
  }),
);
