import { describe, expect, it } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { startApi } from '#tests/setup/processes.ts';

describe.skipIf(!hasDatabase)('a server with a schedule', () => {
  const database = useDatabase();

  it('does not start with one that no clock shows', async () => {
    const start = startApi('server', {
      DATABASE_URL: database.url,
      AUTH: 'off',
      MIRROR_SCHEDULE: '0 25 * * *',
    });
    await expect(start).rejects.toThrow(/ended with 2: .*MIRROR_SCHEDULE: .*hour: 25/s);
  });
});
