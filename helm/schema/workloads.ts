import type { Schema } from './source.ts';

/** `workloads`: each takes the keys of the chart, which it has for itself then, and those that only a workload has. */
export function workloadsSchema(parts: Record<string, Schema>, kinds: string[]): Schema {
  const fields = Object.entries(parts)
    .filter(([, schema]) => schema['x-scope'] !== 'chart')
    .map(([key, schema]) => [key, schema['x-scope'] === 'workload' ? schema : asAbove(key)]);
  return {
    description:
      'The workloads, by name. Each takes the values above, and what it says itself over them. null removes one.',
    type: 'object',
    additionalProperties: {
      type: ['object', 'null'],
      additionalProperties: false,
      properties: { kind: { enum: kinds, description: 'What it is.' }, ...Object.fromEntries(fields) },
    },
    default: {},
  };
}

const asAbove = (key: string): Schema => ({
  $ref: `#/properties/${key}`,
  description: `As ${key} above, for this workload.`,
});
