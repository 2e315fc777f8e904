import { beforeAll } from 'vitest';
import { useShop } from '#tests/functions/tables/shop.ts';

/** Each page, with what there is to show on it and with nothing; of `useShownPages`. */
export const PAGES = [
  '/ui',
  '/ui?q=price',
  '/ui?q=nothing+like+it',
  '/ui/datasets/1',
  '/ui/datasets/1/table?version=1&table=orders',
  '/ui/datasets/1/table?version=1&table=broken',
  '/ui/datasets/1/files',
  '/ui/datasets/1/files?path=orders.csv',
  '/ui/datasets/1/versions',
  '/ui/datasets/1/diff?from=1&to=2',
  '/ui/datasets/1/syncs',
  '/ui/datasets/2',
  '/ui/syncs/1',
  '/ui/mirrors',
  '/ui/sql',
  '/ui/sql?dataset=1&version=1&q=SELECT+*+FROM+orders+LIMIT+5',
  '/ui/sql?dataset=1&version=1&q=SELECT+nothing+FROM+orders',
  '/ui/sign-in',
  '/docs',
  '/ui/nothing',
];

/** Endpoints of `/docs` are all set in one way: some of them will do. */
export const FEWER = `document.querySelectorAll('.api section').forEach((one, at) => at % 25 && one.remove())`;

/** An API that has something to show on each of them. */
export function useShownPages() {
  const shop = useShop();
  const served = { ...shop, origin: '' };
  beforeAll(async () => {
    await shop.mirror.offer('ada/shop', 2, {
      'orders.csv': 'id,price\n1,2.5\n',
      'new/notes.txt': 'More to come.\n',
    });
    await shop.mirror.fetch(['--dataset', 'ada/shop']);
    await shop.api.post('/datasets', {
      name: 'Soon',
      source_url: 'https://www.kaggle.com/datasets/ada/soon',
      description: 'What is to come, one day. '.repeat(20),
    });
    served.origin = await shop.api.app.listen({ host: '127.0.0.1', port: 0 });
  });
  return served;
}
