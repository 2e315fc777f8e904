// The least that answers the same three requests from the same table: node:http and pg, nothing else.
import { createServer } from 'node:http';
import pg from 'pg';
import { ADD, LIST, ONE } from './dataset-queries.mjs';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
pool.on('error', () => {});

const server = createServer(async (request, response) => {
  try {
    const { status, body } = await answer(request);
    const text = JSON.stringify(body);
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
    });
    response.end(text);
  } catch {
    response.writeHead(500).end();
  }
});

async function answer(request) {
  const { pathname, searchParams } = new URL(request.url, 'http://x');
  if (request.method === 'POST') {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { name, description = null, source_url = null } = JSON.parse(Buffer.concat(chunks));
    const { rows } = await pool.query(ADD, [name, description, source_url]);
    return { status: 201, body: rows[0] };
  }
  if (pathname === '/datasets') {
    const { rows } = await pool.query(LIST, [Number(searchParams.get('limit')) + 1]);
    return { status: 200, body: { datasets: rows } };
  }
  const { rows } = await pool.query(ONE, [Number(pathname.slice('/datasets/'.length))]);
  return rows[0] ? { status: 200, body: rows[0] } : { status: 404, body: {} };
}

server.listen(Number(process.env.PORT), '127.0.0.1');
// A proper end, at which Node writes its compile cache.
process.once('SIGTERM', () => process.exit());
