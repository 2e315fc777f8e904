import { build, type Plugin } from 'esbuild';
import { expect, it } from 'vitest';

/** As if there were no pages. */
const withoutPages: Plugin = {
  name: 'without-pages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/web\// }, ({ path }) => ({ path, namespace: 'none' }));
    onLoad({ filter: /./, namespace: 'none' }, () => ({ contents: 'module.exports = {}' }));
  },
};

/** Bytes of the server that every start loads: what is imported when it is needed does not count. */
async function eagerBytes(plugins: Plugin[]): Promise<number> {
  const { metafile } = await build({
    entryPoints: ['functions/host/server.ts'],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    outdir: 'never-written',
    write: false,
    metafile: true,
    external: ['pg-native', '@duckdb/*', '@opentelemetry/*'],
    logLevel: 'silent',
    plugins,
  });
  const { outputs } = metafile;
  const [entry = ''] = Object.keys(outputs).filter((path) =>
    outputs[path]?.entryPoint?.endsWith('server.ts'),
  );
  const loaded = new Set([entry]);
  for (const path of loaded)
    for (const { path: imported, kind, external } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && !external) loaded.add(imported);
  return [...loaded].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
}

it('a start from zero loads hardly more for the pages', async () => {
  const without = await eagerBytes([withoutPages]);
  const all = await eagerBytes([]);
  expect(without).toBeGreaterThan(500_000);
  expect(all).toBeGreaterThan(without);
  expect((all - without) / without).toBeLessThan(0.01);
}, 120_000);
