import { encodeCursor } from '#shared/http/cursor.ts';

const dataset = (i: number) => `/datasets/${i}`;
const after = (path: string, order: string, ...keys: (string | number)[]) =>
  `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeCursor(order, keys)}`;

/** Every list at its first and at a deep page, and an item of each, of a database that `fill` made with so many rows. */
export function requestsOf(rows: number): Record<string, string> {
  const [deep, many, middle] = [Math.floor(rows * 0.9), rows / 10, Math.floor(rows / 2)];
  const files = `${dataset(1)}/versions/latest/files`;
  const newest = rows + many - 1;
  const ref = `owner-${deep % 1000}/set-${deep}`;
  return {
    'datasets by name': '/datasets',
    'datasets by name, deep': after('/datasets', 'name', 'Dataset e', deep),
    'newest datasets': '/datasets?sort=-created_at',
    'datasets by id, deep': after('/datasets?sort=id', 'id', deep),
    'a dataset': dataset(middle),
    mirrors: '/mirrors',
    'mirrors, deep': after('/mirrors', 'ref null', ref),
    'mirrors that are gone': '/mirrors?state=gone',
    'mirrors that are ready, deep': after('/mirrors?state=ready', 'ref ready', ref),
    'a mirror': `${dataset(middle)}/mirror`,
    versions: `${dataset(1)}/versions`,
    'versions, deep': after(`${dataset(1)}/versions`, '-version', Math.floor(many / 2)),
    'a version': `${dataset(middle)}/versions/1`,
    files,
    'files, deep': after(files, 'path ', newest, `b/${String(Math.floor(many * 0.5)).padStart(8, '0')}`),
    'files of a folder': `${files}?prefix=a/`,
    'files of one of many versions': `${dataset(middle)}/versions/1/files`,
    'syncs that wait': '/syncs',
    'syncs that wait, deep': after('/syncs', '-id null null', rows + middle),
    'syncs that ended': after('/syncs', '-id null null', middle),
    'syncs that failed': '/syncs?state=failed',
    'syncs of a dataset': `/syncs?dataset_id=${middle}`,
    'a sync that waits': `/syncs/${2 * rows}`,
    'a sync that ended': `/syncs/${middle}`,
  };
}
