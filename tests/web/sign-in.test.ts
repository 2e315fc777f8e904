import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENTRIES, TOKENS } from '#tests/functions/web/tokens.ts';
import { hasDatabase, useApi, useDatabase } from '#tests/setup/api.ts';
import { expectAccessible, hasBrowser, useBrowser } from '#tests/setup/browser.ts';
import { LOGIN, startLoginIssuer } from '#tests/setup/login-issuer.ts';

describe.skipIf(!hasDatabase || !hasBrowser)('signing in with a browser', () => {
  const api = useApi(useDatabase(), {
    AUTH: 'on',
    REQUIRE_AUTH_FOR_READS: 'true',
    API_TOKENS: ENTRIES.join(','),
  });
  const browser = useBrowser();
  let origin = '';
  beforeAll(async () => {
    origin = await api.app.listen({ host: '127.0.0.1', port: 0 });
  });

  it('leads from a page that is closed to one that may be written to, and back', async () => {
    const { page, close } = await browser.open({ viewport: { width: 320, height: 700 } });
    await page.goto(`${origin}/ui?state=ready`);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await expectAccessible(page);
    await page.getByLabel('API token').fill('not all of it');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This token is unknown').waitFor();
    await expectAccessible(page);
    await page.getByLabel('API token').fill(TOKENS.writer);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${origin}/ui?state=ready`);
    await page.goto(`${origin}/ui`);
    await page.getByLabel('Register a dataset of Kaggle').fill('ada/rain');
    await page.getByRole('button', { name: 'Register' }).click();
    expect(await page.locator('h1').textContent()).toBe('ada/rain');
    await expectAccessible(page);
    expect(await page.evaluate('document.cookie')).toBe('');
    expect(await page.evaluate("fetch('/datasets/1').then(({ status }) => status)")).toBe(200);
    await page.getByRole('button', { name: 'Sign out' }).click();
    expect(await page.locator('h1').textContent()).toBe('Missing or invalid token');
    await close();
  });
});

describe.skipIf(!hasDatabase || !hasBrowser)('signing in at an issuer with a browser', () => {
  const env: Record<string, string> = { AUTH: 'on', REQUIRE_AUTH_FOR_READS: 'true', ...LOGIN };
  let issuer: Awaited<ReturnType<typeof startLoginIssuer>>;
  beforeAll(async () => {
    issuer = await startLoginIssuer();
    env.OIDC_ISSUER = issuer.url;
  });
  afterAll(() => issuer?.close());
  const api = useApi(useDatabase(), env);
  const browser = useBrowser();
  let origin = '';
  beforeAll(async () => {
    // Another site than the issuer's: cookies do not tell ports apart.
    origin = (await api.app.listen({ host: '127.0.0.1', port: 0 })).replace('127.0.0.1', 'localhost');
    issuer.serve(`${origin}/ui/sign-in/callback`);
  });

  it('leads there and back, to pages that may be written to', async () => {
    const { page, complaints, close } = await browser.open();
    // The issuer's own pages load a font, and have no icon.
    await page.route(/fonts\.googleapis/, (route) => route.fulfill({ body: '' }));
    await page.goto(`${origin}/ui/mirrors`);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Sign in at' }).click();
    await page.locator('[name=login]').fill('grace');
    await page.locator('[name=password]').fill('x');
    await page.locator('[type=submit]').click();
    await page.waitForLoadState('networkidle');
    complaints.length = 0;
    await page.locator('[type=submit]').click();
    await page.getByRole('button', { name: 'Sign out grace' }).waitFor();
    await page.waitForURL(`${origin}/ui/mirrors`);
    await page.goto(`${origin}/ui`);
    await page.getByLabel('Register a dataset of Kaggle').fill('ada/rain');
    await page.getByRole('button', { name: 'Register' }).click();
    expect(await page.locator('h1').textContent()).toBe('ada/rain');
    expect(await page.evaluate('document.cookie')).toBe('');
    expect(complaints).toEqual([]);
    await close();
  });
});
