import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type * as z from 'zod';
import { JobConfig } from '#shared/config/job-config.ts';
import { MigrateConfig } from '#shared/config/migrate-config.ts';
import { ServerConfig } from '#shared/config/server-config.ts';
import { withSessions } from './readme-session.ts';

const PROJECT = resolve(import.meta.dirname, '..');
const TABLES: Record<string, [schema: z.ZodObject, files: string[]]> = {
  server: [ServerConfig, ['server-config.ts', 'access-fields.ts', 'telemetry-fields.ts']],
  job: [JobConfig, ['job-config.ts', 'telemetry-fields.ts']],
  migrate: [MigrateConfig, ['migrate-config.ts']],
};
const SECTION = /(<!-- settings:(\w+) -->\n)[\s\S]*?(<!-- \/settings -->)/g;

/** README.md with its tables of settings made anew from shared/config, where each variable is described. */
export function withSettings(readme: string): string {
  return readme.replace(
    SECTION,
    (_match, opening, name, closing) => `${opening}\n${table(name)}\n\n${closing}`,
  );
}

function table(name: string): string {
  const [schema, files] = TABLES[name] ?? [];
  if (!schema || !files) throw new Error(`there are no settings of ${name}`);
  const descriptions = describe(
    files.map((file) => readFileSync(resolve(PROJECT, 'shared/config', file), 'utf8')).join('\n'),
  );
  const rows = Object.entries(schema.shape).map(([variable, field]) => {
    const description = descriptions.get(variable);
    if (description === undefined) throw new Error(`${variable} has no description`);
    return `| \`${variable}\` | ${initial(field as z.ZodType)} | ${description.replaceAll('|', '\\|')} |`;
  });
  return ['| variable | default | |', '|---|---|---|', ...rows].join('\n');
}

/** The comment above each field; one comment may stand above several. */
function describe(source: string): Map<string, string> {
  const descriptions = new Map<string, string>();
  let last = '';
  for (const [, comment, variable] of source.matchAll(
    /\/\*\*([\s\S]*?)\*\/|^ {2,4}([A-Z][A-Z_]+)(?=[:,])/gm,
  )) {
    if (comment !== undefined) last = comment.replace(/\s*\n\s*\*\s*/g, ' ').trim();
    else if (variable !== undefined) descriptions.set(variable, last);
  }
  return descriptions;
}

function initial(field: z.ZodType): string {
  const { success, data } = field.safeParse(undefined);
  if (!success) return 'required';
  if (data === undefined || (Array.isArray(data) && data.length === 0)) return '';
  return `\`${data ?? 'off'}\``;
}

if (import.meta.main) {
  const file = resolve(PROJECT, 'README.md');
  writeFileSync(file, await withSessions(withSettings(readFileSync(file, 'utf8'))));
}
