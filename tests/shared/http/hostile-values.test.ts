import { describe, expect, it } from 'vitest';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';

describe.skipIf(!hasDatabase)('values that look like SQL', () => {
  const api = useApi(useDatabase());

  it.each([
    "'; DROP TABLE datasets; --",
    "' OR '1'='1",
    '$1',
    '\\',
    "E'\\x27'",
    '%_',
    '$$; DELETE FROM datasets; $$',
  ])('are stored and given back as they are: %s', async (value) => {
    const created = await api.post(
      '/datasets',
      { name: value, description: value },
      { 'idempotency-key': encodeURIComponent(value) },
    );
    expect(created.json()).toMatchObject({ name: value, description: value });
    const patched = await api.send({
      method: 'PATCH',
      url: created.headers.location as string,
      payload: { name: value },
    });
    expect(patched.json()).toMatchObject({ name: value });
    const escaped = encodeURIComponent(value);
    for (const url of [`/datasets/${escaped}`, `/datasets?cursor=${escaped}`, `/datasets?sort=${escaped}`])
      expect((await api.get(url)).status).toBeLessThan(500);
    expect((await api.get('/datasets')).json().datasets.length).toBeGreaterThan(0);
  });
});

describe.skipIf(!hasDatabase)('bodies that say very much', () => {
  const api = useApi(useDatabase());

  it('are answered with all that is wrong in them, however much that is', async () => {
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'];
    const keys = letters
      .flatMap((a) => letters.flatMap((b) => letters.map((c) => `"${a}${b}${c}":0`)))
      .slice(0, 130_000);
    const { status, json } = await api.post('/datasets', `{${keys.join(',')}}`, {
      'content-type': 'application/json',
    });
    expect(status).toBe(400);
    expect(json().errors).toHaveLength(130_001);
  });
});
