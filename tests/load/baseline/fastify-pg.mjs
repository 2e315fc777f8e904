// The same three requests as Fastify's guide has them, with response schemas.
import fastify from 'fastify';
import pg from 'pg';
import { ADD, LIST, ONE } from './dataset-queries.mjs';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
pool.on('error', () => {});

const texts = ['name', 'created_at', 'updated_at'].map((name) => [name, { type: 'string' }]);
const nullable = ['description', 'source_url', 'mirror_ref'].map((name) => [
  name,
  { type: 'string', nullable: true },
]);
const dataset = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    ...Object.fromEntries([...texts, ...nullable]),
    pinned_version: { type: 'integer', nullable: true },
    row_version: { type: 'integer' },
  },
};
const datasets = { type: 'object', properties: { datasets: { type: 'array', items: dataset } } };

const app = fastify();
app.get('/datasets', { schema: { response: { 200: datasets } } }, async ({ query }) => {
  const { rows } = await pool.query(LIST, [Number(query.limit) + 1]);
  return { datasets: rows };
});
app.get('/datasets/:id', { schema: { response: { 200: dataset } } }, async ({ params }, reply) => {
  const { rows } = await pool.query(ONE, [Number(params.id)]);
  return rows[0] ?? reply.code(404).send({});
});
app.post('/datasets', { schema: { response: { 201: dataset } } }, async ({ body }, reply) => {
  const { name, description = null, source_url = null } = body;
  const { rows } = await pool.query(ADD, [name, description, source_url]);
  return reply.code(201).send(rows[0]);
});

await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
process.once('SIGTERM', () => process.exit());
