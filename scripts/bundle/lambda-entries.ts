import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const FOLDER = 'dist/entries';

/**
 * Writes the entry of each function's Lambda, a module that exports its `handler`, and gives them as tsup takes
 * entries. A function is `functions/<group>/<name>.ts`, which exports its name in camel case.
 */
export function lambdaEntries(): Record<string, string> {
  mkdirSync(FOLDER, { recursive: true });
  const files = globSync('functions/*/group.ts').flatMap((header) =>
    globSync(join(dirname(header), '*.ts')).filter((file) => file !== header),
  );
  return Object.fromEntries(files.map((file) => [basename(file, '.ts'), writeEntry(file)]));
}

function writeEntry(file: string): string {
  const [name, group] = [basename(file, '.ts'), basename(dirname(file))];
  const entry = join(FOLDER, `${name}.ts`);
  writeFileSync(
    entry,
    `import { ${camel(group)}Group } from '#functions/${group}/group.ts';
import { ${camel(name)} } from '#functions/${group}/${name}.ts';
import { lambdaHandler } from '#functions/host/lambda.ts';

export const handler = await lambdaHandler(${camel(group)}Group, ${camel(name)});
`,
  );
  return entry;
}

export function camel(name: string): string {
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
