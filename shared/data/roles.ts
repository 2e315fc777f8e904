import pg from 'pg';
import { scramVerifier } from './scram.ts';

export interface Role {
  name: string;
  /** Then the role is made unless it is there, and gets this one. */
  password?: string | undefined;
}

/** @throws {Error} when the role is not there and cannot be made, or is our own */
export async function ensureRole(client: pg.Client, { name, password }: Role): Promise<void> {
  const { rows } = await client.query(
    'SELECT rolname = current_user AS own FROM pg_roles WHERE rolname = $1',
    [name],
  );
  const [found] = rows;
  // What a process is not to have would be taken from the owner.
  if (found?.own)
    throw new Error(`${name} is the role that runs the migrations. Name another role, or none.`);
  const role = pg.escapeIdentifier(name);
  if (password !== undefined) {
    if (!found) await client.query(`CREATE ROLE ${role}`);
    await client.query(`ALTER ROLE ${role} LOGIN PASSWORD ${pg.escapeLiteral(scramVerifier(password))}`);
  } else if (!found)
    throw new Error(
      `The role ${name} does not exist. Set its password, or run CREATE ROLE ${name} LOGIN. Then run the migrations again.`,
    );
}
