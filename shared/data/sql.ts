import { createSqlTag, type QuerySqlToken } from 'slonik';
import * as z from 'zod';

/** The tag of every statement; `sql.type(schema)` types its rows, `sql.typeAlias('void')` expects none. */
export const sql = createSqlTag({ typeAliases: { void: z.strictObject({}) } });

const made = new Map<string, QuerySqlToken>();

/**
 * A statement whose text is the same under its name: it is made once, and has other values each time. Behind them come
 * those that are constant.
 */
export function remembered<Statement extends QuerySqlToken>(
  name: string,
  make: () => Statement,
  values: Statement['values'],
): Statement {
  let statement = made.get(name) as Statement | undefined;
  if (statement === undefined) {
    statement = make();
    made.set(name, statement);
  }
  return { ...statement, values: [...values, ...statement.values.slice(values.length)] };
}
