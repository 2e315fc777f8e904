/**
 * Makes what repeats the values.schema.yaml files: `npm run charts:generate`, or with --check only compares. Folders name
 * charts of other places: those get their values.schema.json.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { chartSchema, librarySchema } from './compose.ts';
import { defaultsTemplate, valuesDocument } from './defaults.ts';
import { readValues, withTables } from './readme.ts';
import { charts, helm, libraries, readLibrary, type Schema, type Topic } from './source.ts';

/** Path and content of every generated file. */
export function generated(): Map<string, string> {
  const files = new Map<string, string>();
  const document = (folder: string, schema: Schema, topics: Topic[], values?: unknown): void => {
    files.set(...schemaFile(folder, schema));
    const readme = join(folder, 'README.md');
    files.set(readme, withTables(read(readme), { schema, topics, values }));
  };
  const topicsOf = (name: string): Topic[] => readLibrary(name)['x-topics'] ?? [];
  const withoutExamples = libraries.flatMap(topicsOf).map(({ name, keys }) => ({ name, keys }));
  const topicsFor = (library: string): Topic[] => [
    ...topicsOf(library),
    ...withoutExamples.filter(({ name }) => topicsOf(library).every((own) => own.name !== name)),
  ];
  for (const name of libraries) {
    const folder = join(helm, 'library', name);
    files.set(join(folder, 'templates/_defaults.tpl'), defaultsTemplate(readLibrary(name)));
    files.set(join(folder, 'values.yaml'), valuesDocument(readLibrary(name)));
    document(folder, librarySchema(name), topicsFor(name));
  }
  for (const name of charts()) {
    const folder = join(helm, 'charts', name);
    document(folder, chartSchema(folder), withoutExamples, readValues(folder));
  }
  return files;
}

const schemaFile = (folder: string, schema: Schema): [path: string, content: string] => [
  join(folder, 'values.schema.json'),
  `${JSON.stringify(schema, null, 2)}\n`,
];

const read = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { check: { type: 'boolean', default: false } },
  });
  const { check } = values;
  const elsewhere = positionals.map((folder) => schemaFile(folder, chartSchema(folder)));
  const files = positionals.length > 0 ? elsewhere : [...generated()];
  const stale = files.filter(([path, content]) => read(path) !== content);
  for (const [path, content] of stale) {
    if (!check) writeFileSync(path, content);
    console.log(`${check ? 'out of date' : 'written'}: ${relative(process.cwd(), path)}`);
  }
  if (check && stale.length > 0) {
    console.error('run `npm run charts:generate` and commit what it writes');
    process.exitCode = 1;
  }
}
