/** A caller in the place of a user of Kaggle's. Whoever is not known here is nobody in particular, and may read. */
export function userName(caller: string): string {
  return caller === 'anyone' ? 'anonymous' : caller.slice(caller.indexOf(':') + 1);
}
