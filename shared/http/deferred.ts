import type { Declaration, FunctionDefinition } from './define-function.ts';

/** A function whose schemas and handler are loaded when they are needed. */
export interface Deferred extends Declaration {
  load(): Promise<FunctionDefinition>;
}

export type Listed = FunctionDefinition | Deferred;

export function isLoaded(listed: Listed): listed is FunctionDefinition {
  return 'handle' in listed;
}
