import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { FOREIGN, submit } from './forms.ts';

describe.skipIf(!hasDatabase)('the form that registers a dataset', () => {
  const database = useDatabase();
  const api = useApi(database);
  const guarded = useApi(database, { AUTH: 'on' });
  const register = (source_url: string, headers = {}) => submit(api, '/ui/datasets', { source_url }, headers);

  it('takes what people paste, once for each dataset and version', async () => {
    const first = await register('https://www.kaggle.com/datasets/Ada/Rain?select=x.csv');
    expect([first.status, first.headers.location]).toEqual([303, '/ui/datasets/1']);
    for (const again of ['ada/rain', 'kaggle.com/ada/rain ', 'https://www.kaggle.com/datasets/ada/rain/data'])
      expect((await register(again)).headers.location).toBe('/ui/datasets/1');
    expect((await register('https://www.kaggle.com/datasets/ada/rain/versions/3')).headers.location).toBe(
      '/ui/datasets/2',
    );
    const { mirror } = (await api.get('/datasets/2')).json();
    expect(mirror).toEqual({ ref: 'ada/rain', pinned_version: 3 });
    expect((await api.get('/syncs')).json().syncs).toHaveLength(1);
  });

  it.each(['', 'https://example.org/datasets/ada/rain', 'javascript:alert(1)', 'ada', 'http://', '\u0000'])(
    'says what is wrong with %j',
    async (address) => {
      const { status, headers, text } = await register(address);
      expect([status, headers['content-type']]).toEqual([400, 'text/html; charset=utf-8']);
      expect(text).not.toContain('href="javascript:');
    },
  );

  it('keeps what was typed, to be put right, and shows nothing that another site sent', async () => {
    const typed = 'https://www.kaggle.com/"ada&rain';
    const shown = 'value="https://www.kaggle.com/&quot;ada&amp;rain"';
    const { status, text } = await register(typed);
    expect([status, text.includes(shown), text.includes('action="/ui/datasets"')]).toEqual([400, true, true]);
    expect((await register(typed, { origin: 'https://evil.test' })).text).not.toContain('ada');
  });

  it.each(Object.entries(FOREIGN))('is refused from %s', async (_where, headers) => {
    const { status, text } = await register('ada/foreign', headers);
    expect(status).toBe(403);
    expect(text).toContain('Request from another site');
    expect((await api.get('/ui/d/ada/foreign')).status).toBe(404);
  });

  it('is compared by host, also behind a proxy that ends TLS', async () => {
    const secure = { host: 'mirror.test', origin: 'https://mirror.test' };
    expect((await register('ada/secure', secure)).status).toBe(303);
    expect(
      (await register('ada/port', { host: 'mirror.test:443', origin: 'https://mirror.test' })).status,
    ).toBe(303);
  });

  it('needs the right to write, and a form', async () => {
    expect((await submit(guarded, '/ui/datasets', { source_url: 'ada/rain' })).status).toBe(401);
    const json = { 'content-type': 'application/json' };
    expect((await register('ada/rain', json)).status).toBe(415);
    expect((await submit(api, '/ui/datasets', { source_url: 'ada/rain', more: 'x' })).status).toBe(400);
    expect((await submit(api, '/ui/datasets')).status).toBe(400);
  });
});
