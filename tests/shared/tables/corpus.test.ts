import { describe, expect, it } from 'vitest';
import { converted } from './converted.ts';
import { CORPUS } from './corpus.ts';

describe('a file becomes the table that a person would see in it', () => {
  it.for(CORPUS)('$file: $why', async ({ file, content, columns, rows, fails }) => {
    if (fails) {
      const [failure, detail] = fails;
      await expect(converted(file, content)).rejects.toMatchObject({
        failure,
        message: expect.stringMatching(detail),
      });
      return;
    }
    const table = await converted(file, content);
    const seen = table.schema.map(({ name, type, nullable }) => `${name}:${type}${nullable ? '?' : ''}`);
    if (columns) expect(seen).toEqual(columns);
    if (rows) {
      expect(table.values).toEqual(rows);
      expect(table.rows).toBe(rows.length);
    }
    expect(table.schema.length).toBeGreaterThan(0);
  });
});
