// The same three requests with Express.
import express from 'express';
import pg from 'pg';
import { ADD, LIST, ONE } from './dataset-queries.mjs';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
pool.on('error', () => {});

const app = express();
app.use(express.json());
app.get('/datasets', async ({ query }, response) => {
  const { rows } = await pool.query(LIST, [Number(query.limit) + 1]);
  response.json({ datasets: rows });
});
app.get('/datasets/:id', async ({ params }, response) => {
  const { rows } = await pool.query(ONE, [Number(params.id)]);
  if (rows[0]) response.json(rows[0]);
  else response.status(404).json({});
});
app.post('/datasets', async ({ body }, response) => {
  const { name, description = null, source_url = null } = body;
  const { rows } = await pool.query(ADD, [name, description, source_url]);
  response.status(201).json(rows[0]);
});

app.listen(Number(process.env.PORT), '127.0.0.1');
process.once('SIGTERM', () => process.exit());
