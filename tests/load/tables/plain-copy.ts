import { openEngine } from '#shared/tables/open-engine.ts';
import { literal } from '#shared/tables/sql-text.ts';

// What a conversion is compared with: the engine's own guess of types, and no statistics.
const [source = '', target = '', folder = ''] = process.argv.slice(2);
const engine = await openEngine({ memory: '256MB', spill: { folder, bytes: 1e10 } });
const connection = await engine.connect();
await connection.run(
  `COPY (FROM read_csv(${literal(source)})) TO ${literal(target)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20000)`,
);
process.exit(0);
