import type { CommonQueryMethods } from 'slonik';

/**
 * What handlers stand on, made once per process. Whoever offers something adds it here by declaration merging; a group
 * gets what it names, and a process makes what its groups name.
 */
export interface Dependencies {
  db: CommonQueryMethods;
  /** The same, for reading pages of lists: fewer at a time, as each is several megabytes. */
  pages: CommonQueryMethods;
  /** The same, for batches of writes: one at a time. */
  batches: CommonQueryMethods;
}
