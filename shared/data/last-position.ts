/** The last place in the queue of syncs that is told apart: to tell it, so much of the queue is read, once for a page of any length. */
export const LAST_POSITION = 10_000;
