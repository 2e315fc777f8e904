export const PARQUET = 'application/vnd.apache.parquet';

/** What rows can be had as, JSON unless something else is asked for. */
export const ROW_FORMATS = [
  { format: 'json', mediaType: 'application/json' },
  { format: 'ndjson', mediaType: 'application/x-ndjson' },
  { format: 'csv', mediaType: 'text/csv' },
  { format: 'arrow', mediaType: 'application/vnd.apache.arrow.stream' },
  { format: 'parquet', mediaType: PARQUET },
] as const;
export type RowFormat = (typeof ROW_FORMATS)[number]['format'];
