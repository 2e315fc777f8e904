import { type ChartSource, libraries, readLibrary, readSource, type Schema } from './source.ts';
import { workloadsSchema } from './workloads.ts';

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

/** The schema of an application chart: the parts of the libraries it names, its workloads, and its own keys over them. */
export function chartSchema(folder: string): Schema {
  const source = readSource(folder) as ChartSource;
  const parts: Record<string, Schema> = {};
  const kinds: string[] = [];
  const $defs = Object.assign({}, ...libraries.map((library) => readLibrary(library).$defs));
  for (const [library, { only, except = [] }] of Object.entries(source.compose)) {
    const part = readLibrary(library);
    kinds.push(...(part['x-kinds'] ?? []));
    for (const [key, schema] of Object.entries(part.properties ?? {})) {
      if (only?.includes(key)) parts[key] = { ...schema, 'x-scope': undefined };
      else if (!only && !except.includes(key)) parts[key] = schema;
    }
  }
  const properties = Object.fromEntries(
    Object.entries(parts).filter(([, schema]) => schema['x-scope'] !== 'workload'),
  );
  if (kinds.length > 0) properties.workloads = workloadsSchema(parts, source.kinds ?? kinds.toSorted());
  Object.assign(properties, source.properties, { enabled, tags, global: globals });
  for (const library of libraries) properties[`kda-${library}`] = reserved(library);
  return strict({
    title: source.title,
    description: source.description,
    properties: withNullableEntries({ properties }).properties,
    ...(source.allOf && { allOf: source.allOf }),
    $defs: { ...$defs, ...source.$defs },
  });
}

/** An overlay takes a field of an entry back by setting it to null, as it does the entry itself. */
function withNullableEntries(schema: Schema): Schema {
  const { 'x-scope': _, ...copy } = schema;
  if (typeof copy.additionalProperties === 'object')
    copy.additionalProperties = withNullableFields(withNullableEntries(copy.additionalProperties));
  if (copy.properties) {
    const properties = Object.entries(copy.properties).map(([key, value]) => [
      key,
      withNullableEntries(value),
    ]);
    copy.properties = Object.fromEntries(properties);
  }
  return copy;
}

function withNullableFields({ properties, ...entry }: Schema): Schema {
  if (!properties) return entry;
  const fields = Object.entries(properties).map(([key, field]) => [
    key,
    entry.required?.includes(key) ? field : nullable(field),
  ]);
  return { ...entry, properties: Object.fromEntries(fields) };
}

function nullable({ $ref, ...schema }: Schema): Schema {
  if ($ref) return { ...schema, anyOf: [{ $ref }, { type: 'null' }] };
  if (schema.enum) return { ...schema, enum: [...new Set([...schema.enum, null])] };
  return { ...schema, type: [...new Set([schema.type ?? [], 'null'].flat())] };
}

/** Other charts of an umbrella have keys of their own there. */
const globals: Schema = {
  description: "Helm's global values, of an umbrella chart: what all its charts have in common.",
  type: 'object',
  additionalProperties: true,
  properties: {
    imageRegistry: { type: 'string', description: "Takes the place of the images' registry." },
    imagePullSecrets: {
      description: 'Further names of Secrets with registry credentials, or objects with a name.',
      type: 'array',
      items: { type: ['string', 'object'] },
    },
    labels: {
      description: 'Labels on every object and pod.',
      type: 'object',
      additionalProperties: { type: 'string' },
    },
  },
};

const enabled: Schema = {
  description: "For the condition of an umbrella chart's dependency; without effect in this chart.",
  type: 'boolean',
};

const tags: Schema = {
  description: "Helm's tags, by which it takes dependencies in; without effect in this chart.",
  type: 'object',
  additionalProperties: { type: 'boolean' },
};

const reserved = (library: string): Schema => ({
  description: `The name of the ${library} library: nothing is set here.`,
  type: 'object',
  additionalProperties: true,
  propertyNames: { const: 'global' },
});

function strict(schema: Schema): Schema {
  const { container, ...$defs } = used(schema);
  if (container) $defs.container = withNullableFields(withNullableEntries(container));
  return { $schema: dialect, ...schema, type: 'object', additionalProperties: false, $defs };
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
