import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { sql } from './sql.ts';

/** Seconds. A time that lies further ahead was written before the clock was put back, and counts for nothing. */
const FARTHEST = 900;
const now = sql.fragment`clock_timestamp()`;
const isAhead = (time: ReturnType<typeof sql.fragment>) =>
  sql.fragment`coalesce(${time} > ${now} AND ${time} <= ${now} + make_interval(secs => ${FARTHEST}), false)`;
const freeAt = sql.fragment`pace.free_at`;
const pausedUntil = sql.fragment`pace.paused_until`;
const isClosed = isAhead(sql.fragment`pace.closed_until`);

const Turn = z.object({ closed: z.boolean(), wait: z.number() });

/**
 * Takes the next turn to ask Kaggle for a method, among all jobs of this database: turns are `gap` milliseconds apart,
 * and none lies in a pause. While the method is closed, none is taken.
 * @returns the milliseconds until that turn
 */
function takeTurn(
  db: CommonQueryMethods,
  { method, gap }: { method: string; gap: number },
): Promise<z.output<typeof Turn>> {
  const after = sql.fragment`make_interval(secs => ${gap / 1_000})`;
  return db.one(sql.prepared('take_turn', Turn)`
    INSERT INTO kaggle_pace AS pace (method, free_at) VALUES (${method}, ${now} + ${after})
    ON CONFLICT (method) DO UPDATE SET free_at = CASE WHEN ${isClosed} THEN pace.free_at
      ELSE ${after} + greatest(${now},
        CASE WHEN ${isAhead(freeAt)} THEN pace.free_at END,
        CASE WHEN ${isAhead(pausedUntil)} THEN pace.paused_until END) END
    RETURNING ${isClosed} AS closed,
      greatest(0, 1000 * extract(epoch FROM free_at - ${after} - ${now}))::float8 AS wait`);
}

/** Whether the method has been paused or closed, perhaps by another job. */
async function isHeld(db: CommonQueryMethods, method: string): Promise<boolean> {
  const { held } = await db.one(sql.prepared('is_held', z.object({ held: z.boolean() }))`
    SELECT ${isClosed} OR ${isAhead(pausedUntil)} AS held FROM kaggle_pace AS pace WHERE method = ${method}`);
  return held;
}

/** No job asks Kaggle for the method for so many milliseconds. */
async function pauseMethod(db: CommonQueryMethods, method: string, wait: number): Promise<void> {
  await db.query(sql.prepared('pause_method', z.strictObject({}))`
    UPDATE kaggle_pace AS pace SET paused_until = greatest(
      ${now} + make_interval(secs => ${wait / 1_000}), CASE WHEN ${isAhead(pausedUntil)} THEN paused_until END)
    WHERE method = ${method}`);
}

/** Jobs ask Kaggle for the method no more, and give up what needs it, for so many milliseconds. */
async function closeMethod(db: CommonQueryMethods, method: string, wait: number): Promise<void> {
  await db.query(sql.prepared('close_method', z.strictObject({}))`
    UPDATE kaggle_pace SET closed_until = ${now} + make_interval(secs => ${wait / 1_000}) WHERE method = ${method}`);
}

/** The pace that all jobs of this database share; times are milliseconds. */
export function kagglePace(db: CommonQueryMethods) {
  return {
    take: (method: string, gap: number) => takeTurn(db, { method, gap }),
    isHeld: (method: string) => isHeld(db, method),
    pause: (method: string, wait: number) => pauseMethod(db, method, wait),
    close: (method: string, wait: number) => closeMethod(db, method, wait),
  };
}
