import { JobConfig } from '#shared/config/job-config.ts';
import { MigrateConfig } from '#shared/config/migrate-config.ts';
import { ServerConfig } from '#shared/config/server-config.ts';

const NAMES = new Set([
  'DATA_DIR',
  ...[ServerConfig, JobConfig, MigrateConfig].flatMap(({ shape }) => Object.keys(shape)),
]);
/** Families of which not every name is in a schema: OpenTelemetry's, Kaggle's own clients', libpq's. */
const FAMILIES = /^(OTEL_|KAGGLE|PG[A-Z])/;

/** Whether a variable changes what a process of ours does. */
export function isSetting(name: string): boolean {
  return NAMES.has(name) || FAMILIES.test(name);
}

/** The environment of whoever runs the tests is not the tests': what they start begins without any setting. */
export function dropSettings(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(env)) if (isSetting(name)) delete env[name];
}
