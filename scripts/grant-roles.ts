import { loadConfig } from '#shared/config/load-config.ts';
import { MigrateConfig, rolesOf } from '#shared/config/migrate-config.ts';
import { grantRoles } from '#shared/data/grants.ts';

// Run by graphile-migrate (.gmrc) after the migration being written: its tables are for the roles too.
const config = loadConfig(MigrateConfig, { ...process.env, DATABASE_URL: process.env.GM_DBURL });
await grantRoles(config.DATABASE_URL, rolesOf(config)).catch((error) => {
  // Such as a table of grants.ts that is still to be written.
  process.stderr.write(`shared/data/grants.ts: nothing was granted, ${error.message}\n`);
});
