import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';

describe.skipIf(!hasDatabase)('POST /datasets', () => {
  const api = useApi(useDatabase());

  it('creates a dataset and reads it back', async () => {
    const created = await api.post('/datasets', { name: '  Iris  ', description: 'Flowers' });
    expect(created.status).toBe(201);
    const dataset = created.json();
    expect(dataset).toEqual({
      id: expect.any(Number),
      name: 'Iris',
      description: 'Flowers',
      source_url: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      updated_at: dataset.created_at,
      mirror: null,
    });
    expect(created.headers.location).toBe(`/datasets/${dataset.id}`);
    const read = await api.get(`/datasets/${dataset.id}`);
    expect(read.json()).toEqual(dataset);
    expect(read.headers.etag).toBe(created.headers.etag);
  });

  it('shows which Kaggle dataset an address names, and the version it pins', async () => {
    const { json } = await api.post('/datasets', {
      name: 'Titanic',
      source_url: 'https://www.kaggle.com/datasets/Ada/Titanic-Set/versions/3?select=x',
    });
    expect(json().mirror).toEqual({ ref: 'ada/titanic-set', pinned_version: 3 });
  });

  it.each([
    ['no name', {}, '/name', 'required'],
    ['a blank name', { name: ' \t' }, '/name', 'too-short'],
    ['a name of 201 characters', { name: 'x'.repeat(201) }, '/name', 'too-long'],
    ['a name that is no text', { name: 7 }, '/name', 'wrong-type'],
    ['U+0000', { name: 'a\0b' }, '/name', 'invalid'],
    ['a lone surrogate', { name: 'a\ud800' }, '/name', 'invalid'],
    ['an unknown key', { name: 'x', nmae: 'y' }, '/nmae', 'unknown'],
    [
      'a source_url that is no address',
      { name: 'x', source_url: 'javascript:alert(1)' },
      '/source_url',
      'invalid',
    ],
    [
      'a version that cannot be',
      { name: 'x', source_url: 'https://www.kaggle.com/datasets/ada/set/versions/01' },
      '/source_url',
      'malformed',
    ],
    ['a body that is no object', [], '', 'wrong-type'],
  ])('refuses %s with 400 and says where', async (_what, body, pointer, code) => {
    const response = await api.post('/datasets', body);
    expect(response.status).toBe(400);
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(response.json()).toMatchObject({
      type: '/problems/validation-failed',
      status: 400,
      request_id: response.headers['x-request-id'],
      errors: expect.arrayContaining([
        expect.objectContaining({ pointer, code, detail: expect.any(String) }),
      ]),
    });
  });

  it('names everything that is wrong at once', async () => {
    const { json } = await api.post('/datasets', { name: '', source_url: 'nope', extra: 1 });
    expect(
      json()
        .errors.map((error: { pointer: string }) => error.pointer)
        .sort(),
    ).toEqual(['/extra', '/name', '/source_url']);
  });

  it.each(['{"name": ', 'null', '"x"'])('refuses the body %j with 400', async (payload) => {
    const { status } = await api.post('/datasets', payload, { 'content-type': 'application/json' });
    expect(status).toBe(400);
  });

  it('says which methods a path takes', async () => {
    const response = await api.app.inject({ method: 'DELETE', url: '/datasets' });
    expect(response.statusCode).toBe(405);
    expect(response.headers.allow).toBe('GET, HEAD, POST');
  });

  it('takes no merge patch', async () => {
    const type = { 'content-type': 'application/merge-patch+json' };
    expect((await api.post('/datasets', { name: 'x' }, type)).status).toBe(415);
  });
});
