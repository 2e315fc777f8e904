import { describe, expect, it } from 'vitest';
import { hasCluster, product } from './setup/cluster.ts';
import { usePlatform } from './setup/platform.ts';
import { expectRefusal } from './setup/refusal.ts';

describe.skipIf(!hasCluster)('make, after a failure', () => {
  const platform = usePlatform({ install: false });

  it('a PostgreSQL that never started is replaced by one that does', async () => {
    // An image that ends at once, as it is no PostgreSQL.
    const refused = await platform.make('init-postgres', { POSTGRES_IMAGE: product, DEADLINE: '30' });
    expectRefusal(refused, /container of postgres ends right after it started/, /logs/);
    expect((await platform.make('init-postgres')).code).toBe(0);
  });

  it('a password other than the one the data were made with', async () => {
    const values = platform.values('password.json', { auth: { password: 'another' } });
    await platform.kubectl('delete', 'secret', 'postgres-app');
    const refused = await platform.make('app', { POSTGRES_VALUES: values, DEADLINE: '40' });
    expectRefusal(refused, /PostgreSQL refuses the password/, /DATA=delete clean/);
    expect((await platform.make('clean', { DATA: 'delete' })).code).toBe(0);
    const fresh = await platform.make('app', { POSTGRES_VALUES: values });
    expect(fresh.stderr).not.toContain('error:');
    expect(fresh.code).toBe(0);
    expect((await platform.api('/datasets')).status).toBe(200);
  }, 300_000);
});
