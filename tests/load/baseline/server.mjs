// The least that answers the same three requests from the same table: node:http and pg, nothing else.
import { createServer } from 'node:http';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
pool.on('error', () => {});
// Times as text: to parse them into dates and write these again would cost the bare server more than all else.
const columns =
  'id, name, description, source_url, created_at::text, updated_at::text, mirror_ref, pinned_version, row_version';

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
    const { rows } = await pool.query(
      `INSERT INTO datasets (name, description, source_url, mirror_ref, pinned_version) VALUES ($1, $2, $3, NULL, NULL) RETURNING ${columns}`,
      [name, description, source_url],
    );
    return { status: 201, body: rows[0] };
  }
  if (pathname === '/datasets') {
    const { rows } = await pool.query(
      `SELECT ${columns} FROM datasets ORDER BY name COLLATE "C", id LIMIT $1`,
      [Number(searchParams.get('limit')) + 1],
    );
    return { status: 200, body: { datasets: rows } };
  }
  const { rows } = await pool.query(`SELECT ${columns} FROM datasets WHERE id = $1`, [
    Number(pathname.slice('/datasets/'.length)),
  ]);
  return rows[0] ? { status: 200, body: rows[0] } : { status: 404, body: {} };
}

server.listen(Number(process.env.PORT), '127.0.0.1');
