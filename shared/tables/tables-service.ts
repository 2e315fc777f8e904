import type { QueryEngine } from './query-engine.ts';
import type { StreamPlaces } from './stream-places.ts';

/** What the functions of tables stand on. */
export interface TablesService {
  /** False: versions have no tables here. */
  enabled: boolean;
  engine: QueryEngine;
  streams: StreamPlaces;
}

declare module '#shared/http/dependencies.ts' {
  interface Dependencies {
    tables: TablesService;
  }
}
