import { describe, expect, it } from 'vitest';
import { hasDatabase } from '#tests/setup/api.ts';
import { conditionalWrites, kaggle, useWrites } from './conditional-writes.ts';

describe.skipIf(!hasDatabase)('DELETE /datasets/:id', () => {
  const writes = useWrites('DELETE');
  const { active, api, url, write } = writes;

  conditionalWrites(writes);

  it('is gone, and 404 ever after', async () => {
    expect(await write()).toMatchObject({ status: 204, text: '' });
    expect((await write()).status).toBe(404);
    expect((await api.get(url())).status).toBe(404);
  });

  it('keeps the sync of its mirror while another dataset names that', async () => {
    await api.send({ method: 'PATCH', url: url(), payload: kaggle('ada/shared') });
    const other = await api.post('/datasets', { name: 'Other', ...kaggle('ADA/Shared') });
    await write();
    expect(await active('ada/shared')).toBe(1);
    await api.send({ method: 'DELETE', url: String(other.headers.location) });
    expect(await active('ada/shared')).toBe(0);
  });
});
