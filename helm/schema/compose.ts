import { type ChartSource, libraries, readLibrary, readSource, type Schema } from './source.ts';

const dialect = 'https://json-schema.org/draft/2020-12/schema';

/** The library's own schema, which Helm applies to the values under the library's name. */
export function librarySchema(name: string): Schema {
  const { title, description, $defs, properties } = readLibrary(name);
  return strict({
    title,
    description,
    properties: withNullableEntries({ properties: { ...properties, global: globals } }).properties,
    $defs: { ...readLibrary('common').$defs, ...$defs },
  });
}

/** The schema of an application chart: the parts of the libraries it names, and its own keys over them. */
export function chartSchema(folder: string): Schema {
  const source = readSource(folder) as ChartSource;
  const properties: Record<string, Schema> = {};
  const $defs = Object.assign({}, ...libraries.map((library) => readLibrary(library).$defs));
  for (const [library, { only, except = [] }] of Object.entries(source.compose)) {
    const part = readLibrary(library);
    for (const [key, schema] of Object.entries(part.properties ?? {})) {
      if (only ? only.includes(key) : !except.includes(key)) properties[key] = schema;
    }
  }
  for (const [key, schema] of Object.entries(source.properties ?? {})) {
    properties[key] = takeOver(schema);
  }
  properties.global = globals;
  for (const library of libraries) properties[library] = reserved(library);
  return strict({
    title: source.title,
    description: source.description,
    properties: withNullableEntries({ properties }).properties,
    $defs: { ...$defs, ...source.$defs },
  });
}

/** `x-keys: { job: [a, b] }` takes keys of a library into an object of the chart, so that they are described once. */
function takeOver(schema: Schema): Schema {
  const { 'x-keys': keys, ...rest } = schema as Schema & { 'x-keys'?: Record<string, string[]> };
  const taken: Record<string, Schema> = {};
  for (const [library, names] of Object.entries(keys ?? {})) {
    const part = readLibrary(library).properties ?? {};
    for (const name of names) {
      const key = part[name];
      if (!key) throw new Error(`the library ${library} has no key ${name}`);
      taken[name] = withoutDefaults(key);
    }
  }
  return keys ? { ...rest, properties: { ...rest.properties, ...taken } } : rest;
}

/** An overlay takes a field of an entry back by setting it to null, as it does the entry itself. */
function withNullableEntries(schema: Schema): Schema {
  const copy = { ...schema };
  if (typeof copy.additionalProperties === 'object') {
    const { properties = {}, required = [], ...entry } = withNullableEntries(copy.additionalProperties);
    const fields = Object.entries(properties).map(([key, field]) => [
      key,
      required.includes(key) ? field : nullable(field),
    ]);
    copy.additionalProperties = { ...entry, required, properties: Object.fromEntries(fields) };
    if (fields.length === 0) copy.additionalProperties = schema.additionalProperties;
  }
  if (copy.properties) {
    const properties = Object.entries(copy.properties).map(([key, value]) => [
      key,
      withNullableEntries(value),
    ]);
    copy.properties = Object.fromEntries(properties);
  }
  return copy;
}

function nullable({ $ref, ...schema }: Schema): Schema {
  if ($ref) return { ...schema, anyOf: [{ $ref }, { type: 'null' }] };
  if (schema.enum) return { ...schema, enum: [...schema.enum, null] };
  return { ...schema, type: [schema.type ?? [], 'null'].flat() };
}

function withoutDefaults({ default: _, ...schema }: Schema): Schema {
  if (!schema.properties) return schema;
  const properties = Object.entries(schema.properties).map(([key, value]) => [key, withoutDefaults(value)]);
  return { ...schema, properties: Object.fromEntries(properties) };
}

const globals: Schema = { description: "Helm's global values; not used.", type: 'object' };

const reserved = (library: string): Schema => ({
  description: `The name of the ${library} library: nothing is set here.`,
  type: 'object',
});

function strict(schema: Schema): Schema {
  return { $schema: dialect, ...schema, type: 'object', additionalProperties: false, $defs: used(schema) };
}

/** The definitions that are referred to, directly or through another. */
function used(schema: Schema): Record<string, Schema> {
  const found = new Map<string, Schema>();
  const visit = (value: unknown): void => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/"#\/\$defs\/(\w+)"/g)) {
      const definition = schema.$defs?.[name];
      if (!definition) throw new Error(`${schema.title}: no definition ${name}`);
      if (found.has(name)) continue;
      found.set(name, definition);
      visit(definition);
    }
  };
  visit(schema.properties);
  return Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
