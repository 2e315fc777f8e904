import { createSqlTag } from 'slonik';
import * as z from 'zod';

/** The tag of every statement; `sql.type(schema)` types its rows, `sql.typeAlias('void')` expects none. */
export const sql = createSqlTag({ typeAliases: { void: z.strictObject({}) } });
