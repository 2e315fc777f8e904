import { beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';

describe.skipIf(!hasDatabase)('the page of all datasets', () => {
  const database = useDatabase();
  const api = useApi(database);
  const guarded = useApi(database, { AUTH: 'on' });
  beforeAll(async () => {
    const source_url = 'https://www.kaggle.com/datasets/Ada/Rain';
    await api.post('/datasets', { name: 'Rain', description: 'It <b>rains</b> & pours', source_url });
    for (let at = 0; at < 50; at += 1) await api.post('/datasets', { name: `Set ${at}` });
  });

  it('shows name, description and mirror of each, as text', async () => {
    const { status, headers, text } = await api.get('/ui');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text).toContain('<a href="/ui/datasets/1">Rain</a>');
    expect(text).toContain('It &lt;b&gt;rains&lt;/b&gt; &amp; pours');
    expect(text).toContain('ada/rain');
    expect(text).toContain('Waiting');
    for (const path of ['/ui/', '/ui/datasets']) expect((await api.get(path)).text).toBe(text);
  });

  it('goes on where it ended, in the order that is wanted', async () => {
    const first = await api.get('/ui/datasets?sort=-name');
    const [, next = ''] = /href="(\/ui\/datasets\?[^"]+)">Load more/.exec(first.text) ?? [];
    const second = await api.get(next.replaceAll('&amp;', '&'));
    const idsOf = (text: string) =>
      [...text.matchAll(/<a href="\/ui\/datasets\/(\d+)">/g)].map(([, id]) => id);
    expect(second.text).not.toContain('Load more');
    const ids = [...idsOf(first.text), ...idsOf(second.text)];
    expect([ids.length, new Set(ids).size, ids.at(-1)]).toEqual([51, 51, '1']);
  });

  it('refuses what it does not know, as a page', async () => {
    for (const query of ['?sort=size', '?what=ever', '?cursor=x']) {
      const { status, headers, text } = await api.get(`/ui${query}`);
      expect([status, headers['content-type']]).toEqual([400, 'text/html; charset=utf-8']);
      expect(text).toContain('<h1>Invalid parameters or body</h1>');
    }
  });

  it('is known to who has it already', async () => {
    const { headers } = await api.get('/ui');
    expect((await api.get('/ui', { 'if-none-match': String(headers.etag) })).status).toBe(304);
  });

  it('finds what is typed, and says so when there is nothing', async () => {
    const { status, text } = await api.get('/ui?q=rain&licence=&state=');
    expect(status).toBe(200);
    expect(text).toContain('<a href="/ui/datasets/1">Rain</a>');
    expect(text).toContain('<mark>');
    expect(text).not.toContain('<b>rains</b>');
    const none = await api.get('/ui?q=zebras&state=ready');
    expect(none.text).toContain('Nothing matches “zebras”');
    const first = await api.get('/ui?q=set');
    const [, next = ''] = /href="(\/ui\?[^"]+)">Load more/.exec(first.text) ?? [];
    expect(first.text).toMatch(/5\d found/);
    if (next !== '') expect((await api.get(next.replaceAll('&amp;', '&'))).status).toBe(200);
    expect((await api.get('/ui?q=set&cursor=x')).status).toBe(400);
  });

  it('offers to register a dataset to those who may', async () => {
    expect((await api.get('/ui')).text).toContain('action="/ui/datasets"');
    expect((await guarded.get('/ui')).text).not.toContain('method="post"');
  });
});

describe.skipIf(!hasDatabase)('/', () => {
  const api = useApi(useDatabase());
  const chromium = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';

  it.each([
    [chromium, 303],
    ['text/html', 303],
    ['text/html, */*', 303],
    ['*/*', 200],
    [undefined, 200],
    ['application/json', 200],
    ['text/html, application/json', 200],
    ['text/html;q=0.5, */*', 200],
    ['text/html;q=0', 200],
    ['image/png', 200],
  ])('with Accept: %s is %i', async (accept, status) => {
    const response = await api.get('/', accept === undefined ? {} : { accept });
    expect([response.status, response.headers.vary]).toEqual([status, 'Accept']);
    expect(response.headers.location).toBe(status === 303 ? '/ui' : undefined);
    const head = await api.send({
      method: 'HEAD',
      url: '/',
      headers: accept === undefined ? {} : { accept },
    });
    expect(head.status).toBe(status);
  });
});
