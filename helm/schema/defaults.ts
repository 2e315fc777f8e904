import { stringify } from 'yaml';
import type { Schema } from './source.ts';

/** The value a schema describes when nothing is set; undefined when there is none. */
export function defaultOf(schema: Schema): unknown {
  if ('default' in schema) return schema.default;
  const entries = Object.entries(schema.properties ?? {})
    .map(([key, value]) => [key, defaultOf(value)] as const)
    .filter(([, value]) => value !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

const header = 'Generated from values.schema.yaml by `npm run charts:generate`.';

/** `templates/_defaults.tpl` of a library. */
export function defaultsTemplate(schema: Schema): string {
  return `{{- /* ${header} */ -}}\n{{- define "${schema.title}.defaults" -}}\n${yaml(defaultOf(schema))}{{- end -}}\n`;
}

/** `values.yaml` of a library: nothing is set there, as Helm would put it under the library's name. */
export function valuesDocument(schema: Schema): string {
  const keys = Object.entries(schema.properties ?? {}).map(([key, value]) =>
    comment(`${value.description}\n${yaml({ [key]: defaultOf(value) ?? null })}`),
  );
  return `${comment(`${header}\nAn application chart sets these at its own top level.\n`)}\n${keys.join('\n')}`;
}

function comment(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '# ').replaceAll(/ +$/gm, '').concat('\n');
}

function yaml(value: unknown): string {
  return stringify(value, { lineWidth: 0 });
}
