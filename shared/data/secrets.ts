import { randomBytes } from 'node:crypto';
import type { CommonQueryMethods } from 'slonik';
import * as z from 'zod';
import { sql } from './sql.ts';

const Secret = z.object({ value: z.string() });
const BYTES = 32;

/** A secret that all instances share: made by the first that needs it, and the same from then on. */
export async function sharedSecret(db: CommonQueryMethods, name: string): Promise<Buffer> {
  const made = randomBytes(BYTES).toString('hex');
  await db.query(sql.prepared('add_secret', z.strictObject({}))`
    INSERT INTO secrets (name, value) SELECT ${name}, decode(${made}, 'hex')
    WHERE NOT EXISTS (SELECT FROM secrets WHERE name = ${name}) ON CONFLICT (name) DO NOTHING`);
  const { value } = await db.one(sql.prepared('find_secret', Secret)`
    SELECT encode(value, 'hex') AS value FROM secrets WHERE name = ${name}`);
  return Buffer.from(value, 'hex');
}
