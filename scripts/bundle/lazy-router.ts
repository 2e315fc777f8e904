import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Options } from 'tsup';

/** By file of find-my-way, what stands there and what takes its place. */
const CHANGES: Record<string, readonly (readonly [string, string])[]> = {
  'handler-storage.js': [
    [
      '_createParamsObject: this._compileCreateParamsObject(params)',
      `_createParamsObject: (...values) => {
        handlerObject._createParamsObject = this._compileCreateParamsObject(params)
        return handlerObject._createParamsObject(...values)
      }`,
    ],
    [
      'this._compileGetHandlerMatchingConstraints(constrainer, constraints)',
      `this._getHandlerMatchingConstraints = (derived) => {
        this._compileGetHandlerMatchingConstraints(constrainer, constraints)
        return this._getHandlerMatchingConstraints(derived)
      }`,
    ],
  ],
  'node.js': [
    ['const LONG_PREFIX_MIN_LENGTH = 16', 'const LONG_PREFIX_MIN_LENGTH = 2'],
    ['path.indexOf(prefix, i) === i', 'path.startsWith(prefix, i)'],
  ],
};

/**
 * Fastify's router compiles two functions for each method of a route with `new Function`, and one for each part of a
 * path: a twentieth of a cold start, of which the first request needs three. Those of routes are compiled at
 * their first use here, and those of parts are plain functions.
 */
export const lazyRouter: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'lazy-router',
  setup(build) {
    build.onLoad({ filter: /\/find-my-way\/lib\/(handler-storage|node)\.js$/ }, ({ path }) => ({
      contents: (CHANGES[basename(path)] ?? []).reduce(replace, readFileSync(path, 'utf8')),
    }));
  },
};

/** A version of the router that reads otherwise fails the build. */
function replace(text: string, [old, changed]: readonly [string, string]): string {
  const [before = '', after, ...more] = text.split(old);
  if (after === undefined || more.length > 0) throw new Error(`find-my-way has changed: ${old}`);
  return before + changed + after;
}
