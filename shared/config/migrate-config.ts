import * as z from 'zod';
import { DatabaseUrl, integer, LogLevel } from './fields.ts';

const RoleName = z
  .string()
  .regex(/^[a-z_][a-z0-9_]{0,62}$/, { error: 'must be the name of a role in lower case' })
  .optional();

/** The environment of the migrations. */
export const MigrateConfig = z.object({
  /** PostgreSQL, as a role that may create tables. */
  DATABASE_URL: DatabaseUrl,
  /** The folder that holds `committed/`; beside the bundle when absent. */
  MIGRATIONS_FOLDER: z.string().optional(),
  /** How long to wait for the database, and for a run of the same migrations elsewhere. */
  MIGRATE_WAIT_SECONDS: integer(0, 3_600).default(120),
  /** Roles that the API and the job sign in as: they get what they need of the tables, and lose all else. */
  API_ROLE: RoleName,
  JOB_ROLE: RoleName,
  /** The least that is logged: fatal, error, warn, info, debug, trace or silent. */
  LOG_LEVEL: LogLevel,
});
