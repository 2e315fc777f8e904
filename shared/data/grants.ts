import pg from 'pg';
import { ensureRole, type Role } from './roles.ts';

const READ = 'SELECT';
const ADD = 'SELECT, INSERT';
const CHANGE = 'SELECT, INSERT, UPDATE';
const ALL = 'SELECT, INSERT, UPDATE, DELETE';

/** What each process does to each table, and no more; the owner of the tables is for migrations alone. */
const TABLES = {
  api: {
    datasets: ALL,
    idempotency_keys: ALL,
    mirrors: CHANGE,
    mirror_counts: READ,
    syncs: CHANGE,
    versions: READ,
    files: READ,
    version_readers: CHANGE,
    tables: READ,
    mirror_metadata: READ,
    version_metadata: READ,
    described_files: READ,
    search_documents: READ,
    search_words: READ,
    secrets: ADD,
    changes: ADD,
    changes_pruned: READ,
    delivery_targets: CHANGE,
    deliveries: 'SELECT, UPDATE',
    pulls: CHANGE,
  },
  job: {
    datasets: ADD,
    mirrors: ALL,
    syncs: ALL,
    versions: ALL,
    files: ALL,
    replaced_versions: ADD,
    version_readers: 'SELECT, DELETE',
    tables: ALL,
    mirror_metadata: ALL,
    version_metadata: ALL,
    described_files: ALL,
    search_documents: READ,
    search_words: 'SELECT, INSERT, DELETE',
    changes: ALL,
    changes_pruned: ALL,
    delivery_targets: CHANGE,
    deliveries: ALL,
    pulls: ALL,
    kaggle_pace: CHANGE,
    runs: ALL,
    run_syncs: ADD,
  },
};

const SEQUENCES = {
  api: ['datasets_id_seq', 'mirrors_id_seq', 'syncs_id_seq', 'changes_ids'],
  job: [
    'datasets_id_seq',
    'mirrors_id_seq',
    'syncs_id_seq',
    'versions_id_seq',
    'sync_fences',
    'tables_id_seq',
    'table_fences',
    'changes_ids',
  ],
};

const FUNCTIONS = { api: [], job: ['evict_pulled(integer)'] };

export type Roles = { [Process in keyof typeof TABLES]?: Role | undefined };

/** Roles belong to the whole server, and PostgreSQL refuses one of two changes of the same at once. */
const LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('kaggle-data-api roles', 0))";

/**
 * Gives roles what their process needs, and takes back whatever else they had on our tables. Those with a password
 * are made first.
 * @throws {Error} naming the role that does not exist
 */
export async function grantRoles(url: string, roles: Roles): Promise<void> {
  const named = Object.entries(roles).filter(([, role]) => role !== undefined) as [keyof Roles, Role][];
  if (named.length === 0) return;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`BEGIN; ${LOCK}`);
    for (const [process, role] of named) {
      await ensureRole(client, role);
      await client.query(grants(process, pg.escapeIdentifier(role.name)).join(';\n'));
    }
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

function grants(process: keyof Roles, role: string): string[] {
  return [
    `REVOKE ALL ON ALL TABLES IN SCHEMA public, graphile_migrate FROM ${role}`,
    `REVOKE ALL ON ALL SEQUENCES IN SCHEMA public, graphile_migrate FROM ${role}`,
    ...Object.values(FUNCTIONS)
      .flat()
      .map((name) => `REVOKE ALL ON FUNCTION ${name} FROM ${role}`),
    `REVOKE ALL ON SCHEMA public, graphile_migrate FROM ${role}`,
    // PostgreSQL before 15 let everybody make tables here.
    'REVOKE CREATE ON SCHEMA public FROM PUBLIC',
    `GRANT USAGE ON SCHEMA public, graphile_migrate TO ${role}`,
    // Whether the migrations are current.
    `GRANT SELECT ON graphile_migrate.migrations TO ${role}`,
    ...Object.entries(TABLES[process]).map(([table, rights]) => `GRANT ${rights} ON ${table} TO ${role}`),
    ...FUNCTIONS[process].map((name) => `GRANT EXECUTE ON FUNCTION ${name} TO ${role}`),
    `GRANT USAGE ON SEQUENCE ${SEQUENCES[process].join(', ')} TO ${role}`,
  ];
}
