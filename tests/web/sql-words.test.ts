import { expect, it } from 'vitest';
import { openEngine, rowsOf } from '#shared/tables/open-engine.ts';
import { identifier, KEYWORDS, TYPES } from '#web/sql-words.ts';

it('The words that are proposed for a query are those of the engine', async () => {
  const engine = await openEngine({ memory: '64MB', spill: null });
  const connection = await engine.connect();
  const words = async (query: string) =>
    new Set((await rowsOf(connection, query)).map(({ word }) => String(word)));
  const keywords = await words('SELECT keyword_name AS word FROM duckdb_keywords()');
  const types = await words('SELECT type_name AS word FROM duckdb_types()');
  connection.closeSync();
  engine.close();
  expect(KEYWORDS.filter((word) => !keywords.has(word))).toEqual([]);
  expect(TYPES.filter((word) => !types.has(word))).toEqual([]);
});

it('A name is spelled as a query needs it', () => {
  expect(['price', 'Price', 'order', 'a b', 'say "x"', '1st', ''].map(identifier)).toEqual([
    'price',
    '"Price"',
    '"order"',
    '"a b"',
    '"say ""x"""',
    '"1st"',
    '""',
  ]);
});
