import type { Followers } from '#shared/data/follow-changes.ts';

/** What the functions of changes stand on. */
export interface ChangesService {
  followers: Followers;
  /** Seconds that a request may wait at most. */
  longestWait: number;
  /** Seconds after which an event stream ends; null where there are none. */
  streamSeconds: number | null;
}

declare module '#shared/http/dependencies.ts' {
  interface Dependencies {
    changes: ChangesService;
  }
}
