import * as z from 'zod';
import { DatabaseUrl, integer, LogLevel } from './fields.ts';

const RoleName = z
  .string()
  .regex(/^[a-z_][a-z0-9_]{0,62}$/, { error: 'must be the name of a role in lower case' })
  .optional();

const Password = z
  .string()
  .regex(/^[!-~]+$/, { error: 'must be of printable ASCII characters without spaces' })
  .optional();

/** The environment of the migrations. */
export const MigrateConfig = z
  .object({
    /** PostgreSQL, as a role that may create tables. */
    DATABASE_URL: DatabaseUrl,
    /** The folder that holds `committed/`; beside the bundle when absent. */
    MIGRATIONS_FOLDER: z.string().optional(),
    /** How long to wait for the database, and for a run of the same migrations elsewhere. */
    MIGRATE_WAIT_SECONDS: integer(0, 3_600).default(120),
    /** Roles that the API and the job sign in as: they get what they need of the tables, and lose all else. */
    API_ROLE: RoleName,
    JOB_ROLE: RoleName,
    /** With it the role is made when it is missing, and gets this password: for a DATABASE_URL that may make roles. */
    API_ROLE_PASSWORD: Password,
    JOB_ROLE_PASSWORD: Password,
    /** The least that is logged: fatal, error, warn, info, debug, trace or silent. */
    LOG_LEVEL: LogLevel,
  })
  .check(({ value, issues }) => {
    for (const role of ['API_ROLE', 'JOB_ROLE'] as const)
      if (value[`${role}_PASSWORD`] !== undefined && value[role] === undefined)
        issues.push({
          code: 'custom',
          input: '',
          path: [`${role}_PASSWORD`],
          message: `is of no role: set ${role}`,
        });
  });

/** The roles of the processes, as the migrations take them. */
export function rolesOf(config: z.output<typeof MigrateConfig>) {
  const { API_ROLE, JOB_ROLE, API_ROLE_PASSWORD, JOB_ROLE_PASSWORD } = config;
  return {
    api: API_ROLE === undefined ? undefined : { name: API_ROLE, password: API_ROLE_PASSWORD },
    job: JOB_ROLE === undefined ? undefined : { name: JOB_ROLE, password: JOB_ROLE_PASSWORD },
  };
}
