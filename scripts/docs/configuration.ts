import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type * as z from 'zod';
import { JobConfig } from '#shared/config/job-config.ts';
import { MigrateConfig } from '#shared/config/migrate-config.ts';
import { RENAMED_SETTINGS } from '#shared/config/renamed-settings.ts';
import { ServerConfig } from '#shared/config/server-config.ts';
import { telemetryFields } from '#shared/config/telemetry-fields.ts';

const PROJECT = resolve(import.meta.dirname, '../..');

/** docs/configuration.md: each variable as shared/config describes it, in the comment above the variable. */
export function configurationPage(): string {
  return `# Configuration

<!-- Generated from shared/config by \`npm run docs:generate\`. -->

Each process reads its environment once, when it starts. It lists every problem at once and exits with status 2. An empty variable
counts as absent. Docker compose takes its settings from [.env.example](../.env.example), the charts from \`env\` and \`secrets\` of their
[values](../helm/README.md#how-the-values-work).

## API

${table(without(ServerConfig.shape, telemetryFields), ['server-config.ts', 'access-fields.ts', 'pull-fields.ts', 'schedule-fields.ts'])}

## Mirror job

${table(without(JobConfig.shape, telemetryFields), ['job-config.ts', 'delivery-fields.ts', 'pull-fields.ts'])}

## Migrations

${table(MigrateConfig.shape, ['migrate-config.ts'])}

## Telemetry

The API and the mirror job read these by the names of the OpenTelemetry specification.

${table(telemetryFields, ['telemetry-fields.ts'])}

## Renamed settings

An old name works for one release, with a warning on standard error.

| old name | name |
|---|---|
${Object.entries(RENAMED_SETTINGS)
  .map(([old, name]) => `| \`${old}\` | \`${name}\` |`)
  .join('\n')}
`;
}

type Shape = Record<string, z.core.$ZodType>;

function without(shape: Shape, others: Shape): Shape {
  return Object.fromEntries(Object.entries(shape).filter(([variable]) => !(variable in others)));
}

function table(shape: Shape, files: string[]): string {
  const descriptions = new Map(files.flatMap(descriptionsIn));
  const rows = Object.entries(shape).map(([variable, field]) => {
    const description = descriptions.get(variable);
    if (description === undefined) throw new Error(`${variable} has no description of its own`);
    return `| \`${variable}\` | ${initial(field as z.ZodType)} | ${description.replaceAll('|', '\\|')} |`;
  });
  return ['| variable | default | |', '|---|---|---|', ...rows].join('\n');
}

/** Variables and the comments that stand right above them. */
function descriptionsIn(file: string): [variable: string, description: string][] {
  const source = readFileSync(resolve(PROJECT, 'shared/config', file), 'utf8');
  return [...source.matchAll(/^ {2,4}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n {2,4}([A-Z][A-Z_]+)(?=[:,])/gm)].map(
    ([, comment = '', variable = '']) => [variable, comment.replace(/\s*\n\s*\*\s*/g, ' ').trim()],
  );
}

function initial(field: z.ZodType): string {
  const { success, data } = field.safeParse(undefined);
  if (!success) return 'required';
  if (data === undefined || (Array.isArray(data) && data.length === 0)) return '';
  return `\`${data ?? 'off'}\``;
}
