import { type ChildProcess, spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { freePort } from '#scripts/free-port.ts';

/** A server that has the same table, and what it is asked for the same rows. */
export interface Server {
  name: string;
  pid: number;
  ask: Record<Question, () => Promise<Response>>;
}

export type Question = 'first page' | 'last page' | 'filter' | 'group by';

const START = 180_000;

/** Datasette on SQLite and ROAPI, of those that are in `bin`. */
export async function startOthers(bin: string, csv: string, place: string, rows: number): Promise<Server[]> {
  const database = join(place, 'bench.db');
  await makeDatabase(csv, database);
  const port = await freePort();
  const datasette = `http://127.0.0.1:${port}/bench`;
  const sql = (query: string) => () => fetch(`${datasette}.json?sql=${encodeURIComponent(query)}`);
  const first = await start(
    bin,
    ['datasette', database, '-p', String(port), '--setting', 'sql_time_limit_ms', '60000'],
    port,
  );
  const other = await freePort();
  const roapi = (query: string) => () =>
    fetch(`http://127.0.0.1:${other}/api/sql`, { method: 'POST', body: query });
  const second = await start(
    bin,
    [
      'roapi',
      '-a',
      `127.0.0.1:${other}`,
      '-p',
      '127.0.0.1:0',
      '--addr-flight-sql',
      '127.0.0.1:0',
      '-t',
      `rows=${csv}`,
    ],
    other,
  );
  return [
    {
      name: 'Datasette',
      pid: first.pid ?? 0,
      ask: {
        'first page': () => fetch(`${datasette}/rows.json?_size=100`),
        'last page': sql(`select * from rows limit 100 offset ${rows - 100}`),
        filter: () => fetch(`${datasette}/rows.json?_size=100&quantity=42&city=Oslo`),
        'group by': sql('select city, count(*), avg(price) from rows group by city'),
      },
    },
    {
      name: 'ROAPI',
      pid: second.pid ?? 0,
      ask: {
        'first page': roapi('select * from rows limit 100'),
        'last page': roapi(`select * from rows limit 100 offset ${rows - 100}`),
        filter: roapi("select * from rows where quantity = 42 and city = 'Oslo' limit 100"),
        'group by': roapi('select city, count(*), avg(price) from rows group by city'),
      },
    },
  ];
}

async function start(bin: string, [name = '', ...args]: string[], port: number): Promise<ChildProcess> {
  const child = spawn(join(bin, name), args, { stdio: 'ignore' });
  process.once('exit', () => child.kill('SIGKILL'));
  for (const end = performance.now() + START; performance.now() < end; ) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`);
    if (await fetch(`http://127.0.0.1:${port}/`).catch(() => null)) return child;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${name} does not answer`);
}

async function makeDatabase(csv: string, path: string): Promise<void> {
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA journal_mode = off; PRAGMA synchronous = off; CREATE TABLE rows (id INTEGER, code TEXT, price REAL,
    quantity INTEGER, city TEXT, ordered TEXT, created TEXT, active TEXT, note TEXT, ratio REAL); BEGIN`);
  const insert = database.prepare('INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  let header = true;
  for await (const line of createInterface({ input: createReadStream(csv) })) {
    if (!header) insert.run(...valuesOf(line));
    header = false;
  }
  database.exec('COMMIT');
  database.close();
}

/** The one text with quotes is the last but one, and has none inside. */
function valuesOf(line: string): (string | number | null)[] {
  const [before = '', note = '', ratio = ''] = line.split('"');
  const [id, code = '', price, quantity, ...rest] = before.split(',');
  return [
    Number(id),
    code,
    Number(price),
    Number(quantity),
    ...rest.slice(0, 4),
    note,
    ratio === ',' ? null : Number(ratio.slice(1)),
  ];
}
