import type { QueryEngine } from './query-engine.ts';
import type { QueryService } from './sql/query-service.ts';
import type { StreamPlaces } from './stream-places.ts';

/** What the functions of tables stand on. */
export interface TablesService {
  /** False: versions have no tables here. */
  enabled: boolean;
  engine: QueryEngine;
  streams: StreamPlaces;
  /** False: clients write no SQL here. */
  sql: boolean;
  /** Of SQL that clients write. */
  queries: QueryService;
}

declare module '#shared/http/dependencies.ts' {
  interface Dependencies {
    tables: TablesService;
  }
}
