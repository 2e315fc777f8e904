/** Columns whose texts the engine reads at a time: two thousand rows of each are in memory several times. */
const AT_ONCE = 500;
/** Columns that the engine writes in the memory of other files. */
const NOT_WIDE = 1_000;

/** Columns in groups that are few enough. */
export function someColumns<Column>(columns: readonly Column[]): Column[][] {
  return Array.from({ length: Math.ceil(columns.length / AT_ONCE) }, (_, group) =>
    columns.slice(group * AT_ONCE, (group + 1) * AT_ONCE),
  );
}

export function isWide(columns: readonly unknown[]): boolean {
  return columns.length > NOT_WIDE;
}
