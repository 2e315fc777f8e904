/**
 * A type as the API names it: boolean, int32, int64, decimal(p,s), double, date, timestamp, timestamptz, text, binary,
 * json, list, struct or map.
 */
export type ColumnType = string;

const FAMILIES: Readonly<Record<string, string>> = { int32: 'int', int64: 'int', double: 'float' };

/** Types that a column may change between while it remains the same column. */
export function familyOf(type: ColumnType): string {
  return FAMILIES[type] ?? type.replace(/\(.*/, '');
}

export function isNumber(type: ColumnType): boolean {
  return ['int', 'float', 'decimal'].includes(familyOf(type));
}

export function isTime(type: ColumnType): boolean {
  return ['date', 'timestamp', 'timestamptz'].includes(type);
}

export function isNested(type: ColumnType): boolean {
  return ['list', 'struct', 'map'].includes(type);
}

/** Digits of a decimal; null for all others. */
export function precisionOf(type: ColumnType): number | null {
  const [, precision] = /^decimal\((\d+),\d+\)$/.exec(type) ?? [];
  return precision === undefined ? null : Number(precision);
}
