import { describe, expect, it } from 'vitest';
import { useShop } from '#tests/functions/tables/shop.ts';
import { hasDatabase } from '#tests/setup/api.ts';

describe.skipIf(!hasDatabase)('the JSON that a page of a dataset names at its foot', () => {
  const shop = useShop('orders.csv');

  it.each([
    ['/ui/datasets/1', '/datasets/1', 'mirror'],
    [
      '/ui/datasets/1/table?table=orders&filter=id.gte.10&sort=-id&row=50',
      '/datasets/1/versions/1/tables/orders/rows?filter=id.gte.10&sort=-id&offset=50',
      'rows',
    ],
    ['/ui/datasets/1/files', '/datasets/1/versions/1/files', 'files'],
    ['/ui/datasets/1/files?path=orders.csv', '/datasets/1/versions/1/files?prefix=orders.csv', 'files'],
    ['/ui/datasets/1/versions', '/datasets/1/versions', 'versions'],
    ['/ui/datasets/1/syncs', '/syncs?dataset_id=1', 'syncs'],
  ])('of %s is %s', async (page, expected, key) => {
    const { text } = await shop.api.get(page);
    const [, href = ''] = /<footer[^>]*>This page as <a href="([^"]*)"/.exec(text) ?? [];
    const address = href.replaceAll('&amp;', '&');
    expect(address).toBe(expected);
    expect((await shop.api.get(address)).json()).toHaveProperty(key);
  });
});
