import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { literal } from './sql-text.ts';

export interface EngineBounds {
  /** Such as `96MB`. The process takes some 100 MiB more. */
  memory: string;
  /** A folder for what does not fit; null: then the query fails. */
  spill: { folder: string; bytes: number } | null;
}

export interface Engine {
  /** A connection of its own, to be closed by the caller. */
  connect(): Promise<DuckDBConnection>;
  /** Spills elsewhere from now on. @throws when it has spilled before */
  spillTo(spill: NonNullable<EngineBounds['spill']>): Promise<void>;
  /** Changes what it may take. */
  limit(memory: string): Promise<void>;
  /** Returns freed memory to the system. The allocator keeps it for seconds otherwise, next to what a further query takes. */
  release(): Promise<void>;
  close(): void;
}

/**
 * An engine without a database, without the network, on one thread. The API imports this file when data is asked for,
 * not before: a start from zero does not pay for the engine.
 */
export async function openEngine({ memory, spill }: EngineBounds): Promise<Engine> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: memory,
    // Freed blocks of a large file go back to the system before further ones are taken.
    allocator_bulk_deallocation_flush_threshold: '16MB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    temp_directory: spill?.folder ?? '',
    max_temp_directory_size: spill ? kilobytes(spill.bytes) : '0KB',
  });
  const first = await instance.connect();
  let most = memory;
  await first.run(`SET TimeZone = 'UTC'; SET parquet_metadata_cache = true`);
  return {
    connect: () => instance.connect(),
    async spillTo({ folder, bytes }) {
      await first.run(
        `SET temp_directory = ${literal(folder)}; SET max_temp_directory_size = ${literal(kilobytes(bytes))}`,
      );
    },
    async limit(changed) {
      most = changed;
      await first.run(`SET memory_limit = ${literal(most)}`);
    },
    async release() {
      // Changes nothing, but has the engine flush its allocator.
      await first.run(`SET memory_limit = ${literal(most)}`);
    },
    close() {
      first.closeSync();
      instance.closeSync();
    },
  };
}

function kilobytes(bytes: number): string {
  return `${Math.floor(bytes / 1_000)}KB`;
}

export type Row = Record<string, unknown>;

/** All rows; integers beyond 32 bits as texts. For results that are known to be small. */
export async function rowsOf(connection: DuckDBConnection, sql: string): Promise<Row[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRowObjectsJson() as Row[];
}

/** The settings of a table function, `name = value`. */
export function settings(values: Readonly<Record<string, string | number | boolean | undefined>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} = ${typeof value === 'string' ? literal(value) : value}`)
    .join(', ');
}
