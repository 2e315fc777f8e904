import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { FORMATS, formatOf, readItems } from './import/read-items.ts';
import { batchesOf, sendBatch } from './import/send-batches.ts';

const HELP = `usage: npm run import -- FILE [--dry-run] [--format csv|ndjson|list] [--api URL]

Registers or changes many datasets. To import the same file again changes nothing.

  FILE        csv with a header (source_url or ref, name, description), ndjson with these members, or a list with a
              reference a line. A reference is owner/slug, owner/slug/versions/n, or an address. - is standard input.
  --dry-run   say what would happen, and change nothing
  --format    of the file; by default its extension says it: .csv, .ndjson and .jsonl, all else is a list
  --api       address of the API, by default API of the environment, or http://localhost:3000
  --help      print this text

TOKEN of the environment is the API token.
Exit status: 0 success, 1 a line is invalid or the API failed, 2 invalid options.
`;

const { values, file } = readOptions();
const api = {
  url: (values.api ?? process.env.API ?? 'http://localhost:3000').replace(/\/+$/, ''),
  token: process.env.TOKEN || undefined,
  dryRun: values['dry-run'],
};
const counts = { created: 0, updated: 0, unchanged: 0, invalid: 0 };
const tell = (line: number, detail: string) => {
  counts.invalid += 1;
  clear();
  process.stderr.write(`${file}:${line}: ${detail}\n`);
};

let failure = '';
try {
  const input = file === '-' ? process.stdin : createReadStream(file);
  for await (const batch of batchesOf(readItems(input, (values.format as never) ?? formatOf(file)))) {
    for (const { line, problem } of batch) if (problem !== undefined) tell(line, problem);
    const items = batch.filter(({ item }) => item !== undefined);
    for (const { index, outcome, problem } of items.length === 0 ? [] : await sendBatch(items, api)) {
      if (problem) tell(items[index]?.line ?? 0, problem.detail);
      else counts[outcome] += 1;
    }
    if (process.stderr.isTTY) process.stderr.write(`\r${summary()}`);
  }
} catch (error) {
  failure = (error as Error).message;
}
clear();
process.stdout.write(`${summary()}\n`);
if (failure !== '') process.stderr.write(`${failure}\n`);
process.exitCode = failure === '' && counts.invalid === 0 ? 0 : 1;

function summary(): string {
  const parts = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`);
  return `${api.dryRun ? 'Dry run: ' : ''}${parts.join(', ')}`;
}

function clear(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}

function readOptions() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        'dry-run': { type: 'boolean', default: false },
        format: { type: 'string' },
        api: { type: 'string' },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      process.exit(0);
    }
    const [file] = positionals;
    const known = values.format === undefined || FORMATS.some((format) => format === values.format);
    if (file !== undefined && positionals.length === 1 && known) return { values, file };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n`);
  }
  process.stderr.write(HELP);
  return process.exit(2);
}
