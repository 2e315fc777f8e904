import { crc32 } from 'node:zlib';
import { familyOf } from './column-type.ts';

const SPACE = 2 ** 30;

/**
 * The Parquet field id of a column: the same wherever a column of this name and family of types is, so that versions
 * can be converted in any order and readers of several know which columns are the same one. Nested: all names from the
 * outermost.
 */
export function fieldId(names: readonly string[], type: string): number {
  return 1 + (crc32([...names, familyOf(type)].join('\0')) % SPACE);
}
