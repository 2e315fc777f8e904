import { describe, expect, it } from 'vitest';
import { columnNames } from '#shared/tables/column-names.ts';
import { fieldId } from '#shared/tables/field-id.ts';
import { openEngine, rowsOf } from '#shared/tables/open-engine.ts';
import { RESERVED, tableNames } from '#shared/tables/table-names.ts';

const named = (...paths: string[]) => tableNames(paths.map((path) => ({ path, part: null })));

describe('a table is named', () => {
  it.for([
    [['big table.csv'], ['big_table']],
    [
      ['2nd-file.csv', 'sub/2nd-file.csv'],
      ['t_2nd_file_csv', 'sub_2nd_file_csv'],
    ],
    [
      ['a.csv', 'a.tsv', 'b.csv'],
      ['a_csv', 'a_tsv', 'b'],
    ],
    [
      ['x/a.csv', 'y/a.csv'],
      ['x_a_csv', 'y_a_csv'],
    ],
    [
      ['a-b/c.csv', 'a_b/c.csv', 'a/b/c.csv'],
      ['a_b_c_csv', 'a_b_c_csv_3', 'a_b_c_csv_2'],
    ],
    [
      ['data.csv.gz', 'Data.CSV'],
      ['data_csv_2', 'data_csv'],
    ],
    [
      ['select.csv', 'v2.csv', '日本.csv', 'v2x.csv'],
      ['t_select', 't_v2', 't_', 'v2x'],
    ],
    [
      ['a.csv', 'a.tsv', 'a_csv.csv'],
      ['a_csv', 'a_tsv', 'a_csv_csv'],
    ],
  ] as const)('%j as %j', ([paths, names]) => {
    expect(new Set(named(...paths)).size).toBe(paths.length);
    expect(named(...paths)).toEqual(names);
  });

  it('by file and part', () => {
    expect(tableNames([{ path: 'book.xlsx', part: 'First Sheet' }])).toEqual(['book_first_sheet']);
  });

  it('in 63 characters, even where it is numbered', () => {
    const names = named(`${'a'.repeat(80)}/b.csv`, `${'a'.repeat(80)}/c/b.csv`, `${'a'.repeat(80)}/d/b.csv`);
    expect(names.every((name) => name.length <= 63)).toBe(true);
    expect(new Set(names).size).toBe(3);
  });

  it('by no word that the engine keeps for itself', async () => {
    const engine = await openEngine({ memory: '64MB', spill: null });
    const connection = await engine.connect();
    const rows = await rowsOf(
      connection,
      `SELECT keyword_name AS word FROM duckdb_keywords() WHERE keyword_category = 'reserved'`,
    );
    connection.closeSync();
    engine.close();
    expect([...RESERVED].toSorted()).toEqual(rows.map(({ word }) => word).toSorted());
  });
});

describe('a column', () => {
  it('keeps its name as far as it can', () => {
    expect(columnNames(['id', 'ID', '', null, ' a ', 'id_1', 'u\u0308'])).toEqual([
      'id',
      'ID_2',
      'column2',
      'column3',
      'a',
      'id_1',
      'ü',
    ]);
  });

  it('has an id that widening keeps and another type does not', () => {
    expect(fieldId(['zip'], 'int32')).toBe(fieldId(['zip'], 'int64'));
    expect(fieldId(['zip'], 'int64')).not.toBe(fieldId(['zip'], 'text'));
    // crc32 of `id`, NUL, `int`.
    expect(fieldId(['id'], 'int64')).toBe(1 + 0x199b_2d1f);
  });
});
