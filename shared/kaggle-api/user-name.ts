/** A caller in the place of a user of Kaggle's. Callers that are not known here are anonymous, and may read. */
export function userName(caller: string): string {
  return caller === 'anyone' ? 'anonymous' : caller.slice(caller.indexOf(':') + 1);
}
