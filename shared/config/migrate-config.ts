import * as z from 'zod';
import { DatabaseUrl, integer, LogLevel, Text } from './fields.ts';

const RoleName = z
  .string()
  .regex(/^[a-z_][a-z0-9_]{0,62}$/, {
    error: 'must be a role name: lower-case letters, digits and underscores',
  })
  .refine((name) => !/^(pg_.*|public|none|(current|session)_(role|user))$/.test(name), {
    error: 'is a name that PostgreSQL keeps for itself',
  })
  .optional();

const Password = z
  .string()
  .regex(/^[!-~]+$/, { error: 'must consist of printable ASCII characters without spaces' })
  .optional();

/** The environment of the migrations. */
export const MigrateConfig = z
  .object({
    /** PostgreSQL, with a role that may create tables: `postgres://user:password@host:5432/database`. */
    DATABASE_URL: DatabaseUrl,
    /** Path of the folder that contains `committed/`. By default `migrations` next to the bundle. */
    MIGRATIONS_FOLDER: Text.optional(),
    /** Seconds to wait until the database is reachable and no other run of the migrations is in progress. */
    MIGRATE_WAIT_SECONDS: integer(0, 3_600).default(120),
    /** Database role of the API. The migrations grant it what the API needs, and revoke all else. */
    API_ROLE: RoleName,
    /** Database role of the mirror job. The migrations grant it what the job needs, and revoke all else. */
    JOB_ROLE: RoleName,
    /** Password of API_ROLE. The migrations create the role if it is missing, and set this password. Set it when DATABASE_URL may create roles. */
    API_ROLE_PASSWORD: Password,
    /** Password of JOB_ROLE. The migrations create the role if it is missing, and set this password. Set it when DATABASE_URL may create roles. */
    JOB_ROLE_PASSWORD: Password,
    /** Minimum log level: fatal, error, warn, info, debug, trace or silent. */
    LOG_LEVEL: LogLevel,
  })
  .refine(({ API_ROLE: api, JOB_ROLE: job }) => api === undefined || api !== job, {
    path: ['JOB_ROLE'],
    error: 'must differ from API_ROLE',
  })
  .check(({ value, issues }) => {
    for (const role of ['API_ROLE', 'JOB_ROLE'] as const)
      if (value[`${role}_PASSWORD`] !== undefined && value[role] === undefined)
        issues.push({
          code: 'custom',
          input: '',
          path: [`${role}_PASSWORD`],
          message: `requires ${role}`,
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
