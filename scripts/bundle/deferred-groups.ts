import { deepStrictEqual } from 'node:assert';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Options } from 'tsup';
import type { Declaration, FunctionDefinition } from '#shared/http/define-function.ts';
import type { Group } from '#shared/http/group.ts';
import { camel } from './lambda-entries.ts';

const LIST = 'functions/index.ts';
/** Loaded with the server: what a start from zero is most often for. */
const AT_START = 'catalogue';
const DEFERRED: Record<Exclude<keyof FunctionDefinition, keyof Declaration>, true> = {
  params: true,
  query: true,
  body: true,
  fails: true,
  responses: true,
  handle: true,
};

/**
 * In place of `functions/index.ts` the same list, in which functions are only declared: their modules are loaded group
 * by group, after the start. A tenth of a cold start went into them.
 */
export const deferredGroups: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'deferred-groups',
  setup(build) {
    const reading: Promise<{ groups: readonly Group<FunctionDefinition>[] }> = import(
      pathToFileURL(LIST).href
    );
    const given = { resolveDir: resolve('functions') };
    build.onResolve({ filter: /^#functions\/index\.ts$/ }, ({ path }) => ({ path, namespace: 'groups' }));
    build.onLoad({ filter: /./, namespace: 'groups' }, async () => ({
      ...given,
      contents: listOf((await reading).groups),
    }));
    build.onResolve({ filter: /^group:/ }, ({ path }) => ({ path, namespace: 'group' }));
    build.onLoad({ filter: /./, namespace: 'group' }, async ({ path }) => ({
      ...given,
      contents: functionsOf((await reading).groups.filter(({ name }) => path === `group:${name}`)),
    }));
  },
};

function listOf(groups: readonly Group<FunctionDefinition>[]): string {
  const headers = groups.map(({ name }) => `import { ${camel(name)}Group } from './${name}/group.ts';`);
  const entries = groups.map(({ name, functions }) => {
    const listed =
      name === AT_START
        ? 'atStart'
        : `defer(${JSON.stringify(functions.map(declarationOf))}, () => import('group:${name}'))`;
    return `{ ...${camel(name)}Group, functions: ${listed} }`;
  });
  return `${headers.join('\n')}
import { functions as atStart } from 'group:${AT_START}';
function defer(declarations, load) {
  return declarations.map((one, at) => ({ ...one, load: () => load().then(({ functions }) => functions[at]) }));
}
export const groups = [${entries.join(',\n')}];`;
}

function functionsOf(groups: readonly Group<FunctionDefinition>[]): string {
  const files = groups.flatMap(({ name: group, functions }) =>
    functions.map(({ name }) => ({ group, name })),
  );
  return `${files.map(({ group, name }) => `import { ${camel(name)} } from './${group}/${name}.ts';`).join('\n')}
export const functions = [${files.map(({ name }) => camel(name)).join(', ')}];`;
}

function declarationOf(definition: FunctionDefinition): object {
  const declared = Object.fromEntries(Object.entries(definition).filter(([key]) => !(key in DEFERRED)));
  deepStrictEqual(
    JSON.parse(JSON.stringify(declared)),
    declared,
    `${definition.name} declares what is not JSON`,
  );
  return declared;
}
