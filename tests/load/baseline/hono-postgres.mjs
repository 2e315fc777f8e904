// The same three requests with Hono and postgres.js, which prepares what it asks.
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import postgres from 'postgres';
import { ADD, LIST, ONE } from './dataset-queries.mjs';

const sql = postgres(process.env.DATABASE_URL, { max: 10 });
const ask = (text, values) => sql.unsafe(text, values, { prepare: true });

const app = new Hono();
app.get('/datasets', async (context) =>
  context.json({ datasets: await ask(LIST, [Number(context.req.query('limit')) + 1]) }),
);
app.get('/datasets/:id', async (context) => {
  const [row] = await ask(ONE, [Number(context.req.param('id'))]);
  return row ? context.json(row) : context.json({}, 404);
});
app.post('/datasets', async (context) => {
  const { name, description = null, source_url = null } = await context.req.json();
  const [row] = await ask(ADD, [name, description, source_url]);
  return context.json(row, 201);
});

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT) });
process.once('SIGTERM', () => process.exit());
