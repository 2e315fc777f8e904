/** How to read a dataset with a tool: a program that can be run as it is. */
export interface UseLine {
  tool: string;
  code: string;
}

interface Used {
  /** Where this service is, as its clients see it. */
  origin: string;
  datasetId: number;
  ref: string;
  version: number;
  /** One that can be read; null where there is none. */
  table: string | null;
  /** Whether it can be queried here. */
  sql: boolean;
  /** Some file of it; null where it has none. */
  path: string | null;
}

export function useLines({ origin, datasetId, ref, version, table, sql: queried, path }: Used): UseLine[] {
  const base = `${origin}/datasets/${datasetId}/versions/${version}`;
  const file = path === null ? null : `${base}/files/${path.split('/').map(encodeURIComponent).join('/')}`;
  const parquet = table === null ? null : `${base}/tables/${encodeURIComponent(table)}/data.parquet`;
  return [
    parquet !== null && {
      tool: 'pandas',
      code: `import pandas as pd\ndf = pd.read_parquet(${python(parquet)})`,
    },
    parquet !== null && {
      tool: 'Polars',
      code: `import polars as pl\ndf = pl.read_parquet(${python(parquet)})`,
    },
    parquet !== null && { tool: 'DuckDB', code: `SELECT * FROM read_parquet(${sql(parquet)}) LIMIT 10;` },
    {
      tool: 'kagglehub, with the volume mounted at KAGGLEHUB_CACHE',
      code: `import kagglehub\npath = kagglehub.dataset_download(${python(`${ref}/versions/${version}`)})`,
    },
    table !== null &&
      queried && {
        tool: 'SQL, as CSV',
        code: `curl -fG ${shell(`${base}/sql`)} -d format=csv \\\n  --data-urlencode ${shell(`query=SELECT * FROM ${table} LIMIT 10`)}`,
      },
    file !== null && { tool: 'curl', code: `curl -fLO ${shell(file)}` },
  ].filter((line) => line !== false);
}

function python(text: string): string {
  return JSON.stringify(text);
}

function sql(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function shell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
