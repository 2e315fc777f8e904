import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** A JSON Schema (2020-12), as far as the charts use it. */
export interface Schema {
  title?: string | undefined;
  description?: string | undefined;
  type?: string | string[];
  default?: unknown;
  $ref?: string | undefined;
  $defs?: Record<string, Schema> | undefined;
  properties?: Record<string, Schema> | undefined;
  additionalProperties?: boolean | Schema | undefined;
  items?: Schema;
  oneOf?: Schema[];
  /** What keys have to do with each other. */
  allOf?: Schema[] | undefined;
  enum?: unknown[];
  const?: unknown;
  required?: string[];
  /** Where a library's key is written: for the whole chart only, or in a workload only; in both when absent. */
  'x-scope'?: 'chart' | 'workload' | undefined;
  /** The kinds of workload that a library renders. */
  'x-kinds'?: string[];
  /** The tables of a library's values, in their order. Each key belongs to one of them, or what is below it to another. */
  'x-topics'?: Topic[];
  [keyword: string]: unknown;
}

export interface Topic {
  name: string;
  keys: string[];
  text?: string;
  /** Values that a chart may have, as YAML. */
  example?: string;
  /** The kind of workload that the example is for; a deployment when absent. */
  kind?: string;
}

/** `values.schema.yaml` of an application chart: what it takes over from the libraries, and its own keys. */
export interface ChartSource extends Schema {
  compose: Record<string, { only?: string[]; except?: string[] }>;
  /** Which kinds its workloads may be; all of the libraries' when absent. */
  kinds?: string[];
}

export const helm = join(import.meta.dirname, '..');
/** Their folders; each bears a name that collides with no other chart's. */
export const libraries = ['common', 'service', 'job'];

export function charts(): string[] {
  return readdirSync(join(helm, 'charts')).toSorted();
}

export function readSource(folder: string): Schema {
  return parse(readFileSync(join(folder, 'values.schema.yaml'), 'utf8')) as Schema;
}

export function readLibrary(name: string): Schema {
  return readSource(join(helm, 'library', name));
}
