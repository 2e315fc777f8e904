import type { DataDir } from './data-dir.ts';

/** What a person sees when the API is up. */
export function banner(facts: { address: string; dataDir: DataDir; embedded: boolean }): string {
  const { address, dataDir, embedded } = facts;
  const database = embedded ? `embedded PostgreSQL, data in ${dataDir.path}` : 'DATABASE_URL';
  const root = embedded && process.getuid?.() === 0;
  return `
  Kaggle Data API   ${address}
  pages             ${address}/ui
  database          ${database}
${dataDir.moved === null ? '' : `                    not in the project: ${dataDir.moved}\n`}${root ? '                    started by root, so PostgreSQL runs as the user nobody, who owns its files\n' : ''}
  Try
    curl ${address}/datasets
    curl ${address}/datasets/1
    curl ${address}/datasets/1/versions/latest/files/seattle-weather.csv
    curl '${address}/datasets/1/versions/latest/tables/seattle_weather/rows?sort=-temp_max&limit=3'
    curl ${address}/datasets -H 'content-type: application/json' -d '{"name": "My dataset"}'

  Ctrl-C stops everything and keeps the data.

`;
}
