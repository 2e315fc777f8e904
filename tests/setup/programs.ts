import { join } from 'node:path';
import { inject } from 'vitest';

/** The file of a built program (`tests/setup/build.ts`). */
export function builtProgram(name: string): string {
  return join(inject('programs'), `${name}.mjs`);
}

/** For processes that are started many times: what V8 compiled once is taken from here. */
export function compileCache(): { NODE_COMPILE_CACHE: string } {
  return { NODE_COMPILE_CACHE: join(inject('programs'), 'compile-cache') };
}
