import * as z from 'zod';

/** What we read of a schema in the dialect of OpenAPI 3.1, JSON Schema 2020-12. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  enum?: unknown[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  [keyword: string]: unknown;
}

/** Turns Zod schemas into JSON Schema; those with an `id` in their metadata become named components, once. */
export function schemaWriter() {
  const named: Record<string, JsonSchema> = {};
  const write = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
    const json = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: tidy });
    const { $schema: _, $defs = {}, ...rest } = repoint(json) as JsonSchema & { $defs?: typeof named };
    for (const [id, definition] of Object.entries($defs)) named[id] = withoutId(definition);
    return rest;
  };
  return { named, write };
}

function tidy({ jsonSchema }: { jsonSchema: Record<string, unknown> }): void {
  const { spells } = jsonSchema;
  // A number in an address is text to its schema, and a number to its reader.
  if (spells !== undefined) {
    for (const keyword of ['spells', 'pattern', 'allOf']) delete jsonSchema[keyword];
    Object.assign(jsonSchema, spells);
  }
  // What JavaScript can count to says nothing about the value.
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

function repoint(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/'));
}

function withoutId({ id: _, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
