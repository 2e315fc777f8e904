import type { CommonQueryMethods } from 'slonik';
import type { FileRow } from '#shared/data/files.ts';
import {
  addTables,
  announceTables,
  type KnownTable,
  knownTables,
  lockTables,
  markTablesFound,
  type PlannedTable,
  removeTables,
  renameTables,
} from '#shared/data/table-plan.ts';
import { CONVERTER } from './converter.ts';
import { hasParts, tableFormatOf } from './table-format.ts';
import { tableNames } from './table-names.ts';

type File = Pick<FileRow, 'path' | 'size' | 'sha256'>;

/**
 * Queues a version's tabular files to be converted, in the caller's transaction. Those that are tables already stay;
 * those whose file is gone or another now go.
 */
export async function findTables(
  tx: CommonQueryMethods,
  versionId: number,
  files: readonly File[],
): Promise<void> {
  await lockTables(tx, versionId);
  const planned = files.flatMap(plan);
  const known = await knownTables(tx, versionId);
  const sums = new Map(planned.map(({ path, sha256 }) => [path, sha256]));
  const gone = known.filter(({ path, sha256 }) => sums.get(path) !== sha256);
  const stays = new Set(known.filter((table) => !gone.includes(table)).map(({ path }) => path));
  await removeTables(tx, ids(gone));
  await addTables(
    tx,
    versionId,
    planned.filter(({ path }) => !stays.has(path)),
  );
  await nameTables(tx, versionId);
  await markTablesFound(tx, versionId, CONVERTER);
  await announceTables(tx);
}

/** Puts the parts of a file in the place of the file, in the caller's transaction. */
export async function splitTable(
  tx: CommonQueryMethods,
  versionId: number,
  tableId: number,
  parts: readonly string[],
): Promise<void> {
  await lockTables(tx, versionId);
  const whole = (await knownTables(tx, versionId)).find(({ id, part }) => id === tableId && part === null);
  if (whole === undefined) return;
  await removeTables(tx, [tableId]);
  const { path, format, sha256, bytes } = whole;
  await addTables(
    tx,
    versionId,
    parts.map((part) => ({ path, part, format, sha256, bytes })),
  );
  await nameTables(tx, versionId);
  await announceTables(tx);
}

/** Whether its parts are to be found out first. */
export function isUnopened({ format, part }: Pick<KnownTable, 'format' | 'part'>): boolean {
  return hasParts(format) && part === null;
}

function plan({ path, size, sha256 }: File): PlannedTable[] {
  const found = size > 0 ? tableFormatOf(path) : null;
  return found ? [{ path, part: null, format: found.format, sha256, bytes: size }] : [];
}

async function nameTables(tx: CommonQueryMethods, versionId: number): Promise<void> {
  const tables = await knownTables(tx, versionId);
  const names = tableNames(tables);
  const renamed = tables.flatMap(({ id, name }, index) => {
    const wanted = names[index] ?? name;
    return wanted === name ? [] : [{ id, name: wanted }];
  });
  if (renamed.length > 0) await renameTables(tx, renamed);
}

function ids(tables: readonly KnownTable[]): number[] {
  return tables.map(({ id }) => id);
}
