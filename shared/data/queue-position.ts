import type { FragmentSqlToken } from 'slonik';
import { LAST_POSITION } from './last-position.ts';
import { sql } from './sql.ts';

/** Spelled into the statement: of a parameter PostgreSQL expects more, and plans the statement each time again. */
const limit = sql.literalValue(String(LAST_POSITION));

/** How many syncs wait up to this one of the table `syncs`; LAST_POSITION for those further back, null for one that does not wait. */
export function queuePosition(syncs: FragmentSqlToken): FragmentSqlToken {
  return sql.fragment`
    CASE WHEN ${syncs}.state = 'queued' THEN width_bucket(${syncs}.id, (SELECT ARRAY(
      SELECT ahead.id FROM syncs AS ahead WHERE ahead.state = 'queued' ORDER BY ahead.id LIMIT ${limit}))) END`;
}
