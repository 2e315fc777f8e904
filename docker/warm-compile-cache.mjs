// Fills V8's compile cache by running each program of dist/ the way a container does: warm-compile-cache.mjs FOLDER
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const [cache] = process.argv.slice(2);
const env = { NODE_COMPILE_CACHE: cache };
const exited = (child) => new Promise((resolve) => child.on('exit', resolve));

// Jobs load everything before they refuse to run without their settings.
const isChunk = (name) => /-[0-9A-Z]{8}\.mjs$/.test(name);
for (const file of readdirSync('dist').filter((name) => !isChunk(name) && name !== 'server.mjs')) {
  await exited(spawn(process.execPath, [`dist/${file}`], { env, stdio: 'ignore' }));
}

// No database listens there; what matters is that the code for asking it has run.
const PORT = '8080';
// Nor does a collector: tracing and metrics are loaded all the same.
const telemetry = { METRICS_PORT: '9464', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
const server = spawn(process.execPath, ['dist/server.mjs'], {
  env: {
    ...env,
    ...telemetry,
    PORT,
    AUTH: 'off',
    LOG_LEVEL: 'fatal',
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  },
  stdio: 'inherit',
});
const ask = (path, options) =>
  fetch(`http://127.0.0.1:${PORT}${path}`, options).then((response) => response.text());
const answers = async (url) => {
  for (let attempt = 0; ; attempt += 1) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return;
    if (attempt > 200) throw new Error(`${url} does not answer`);
    await sleep(50);
  }
};
await answers(`http://127.0.0.1:${PORT}/health`);
const headers = { 'content-type': 'application/json' };
await ask('/datasets');
await ask('/datasets/1');
await ask('/datasets', { method: 'POST', headers, body: '{"name":"warm"}' });
// The document is made of all functions, also of those that are loaded later.
await ask('/openapi.json');
await answers('http://127.0.0.1:9464/metrics');
server.kill('SIGTERM');
await exited(server);
