import * as z from 'zod';
import { type CatalogRow, catalogPage } from '#shared/data/catalog-page.ts';
import { parseCursor } from '#shared/http/cursor.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { pageQuery } from '#shared/http/list-function.ts';
import { negotiate } from '#shared/http/negotiate.ts';
import { cutPage } from '#shared/http/page.ts';
import { etag, link, vary } from '#shared/http/responses.ts';
import { DatasetId } from '#shared/mirror/dataset.ts';
import { catalogNode, datasetNode, PREFIXES } from '#shared/mirror/describe/dcat.ts';
import { toJsonLd, toTurtle, turtlePrefixes } from '#shared/mirror/describe/linked-data.ts';

const FORMATS = [
  { format: 'json-ld', mediaType: 'application/ld+json' },
  { format: 'turtle', mediaType: 'text/turtle' },
] as const;
const Catalog = z.looseObject({ '@id': z.string(), '@type': z.array(z.string()) }).meta({ id: 'Catalog' });
const Keys = z.tuple([DatasetId]);

export const getCatalog = defineFunction({
  name: 'get-catalog',
  method: 'GET',
  path: '/catalog',
  summary: 'All datasets with their distributions in DCAT 3, as JSON-LD or Turtle, in pages',
  query: z.strictObject(pageQuery),
  responses: {
    200: { content: { 'application/ld+json': Catalog, 'text/turtle': null }, headers: [etag, link, vary] },
  },
  async handle({ query, path, headers, db, origin, tables }) {
    const { format, mediaType } = negotiate(FORMATS, { format: undefined, accept: headers.accept });
    const [after] = query.cursor === undefined ? [0] : parseCursor('catalog', query.cursor, Keys);
    const rows = await catalogPage(db, { after, limit: query.limit + 1, tables: tables.enabled });
    const write = (row: CatalogRow) => {
      const node = datasetNode(origin, row);
      return format === 'turtle' ? toTurtle(node) : JSON.stringify(toJsonLd(node));
    };
    const page = cutPage({
      path,
      query,
      rows,
      write,
      order: 'catalog',
      keysOf: ({ id }) => [id],
      versionOf: write,
      more: [format, origin],
    });
    const first = `${path}?limit=${query.limit}`;
    const at = (cursor: string | null | undefined) => (cursor ? `${first}&cursor=${cursor}` : first);
    const catalog = catalogNode(origin, {
      self: at(query.cursor),
      first,
      next: page.next === null ? null : at(page.next),
    });
    const written = page.shown.map(({ json }) => json);
    return {
      status: 200,
      headers: { ...page.headers, vary: 'Accept', 'content-type': `${mediaType}; charset=utf-8` },
      body: format === 'turtle' ? turtle(catalog, page.shown, origin, written) : jsonLd(catalog, written),
    };
  },
});

function jsonLd(catalog: Parameters<typeof toJsonLd>[0], datasets: readonly string[]): string {
  const start = JSON.stringify({ '@context': PREFIXES, ...toJsonLd(catalog) }).slice(0, -1);
  return `${start},"dcat:dataset":[${datasets}]}`;
}

function turtle(
  catalog: Parameters<typeof toTurtle>[0],
  shown: readonly { row: CatalogRow }[],
  origin: string,
  datasets: readonly string[],
): string {
  const all = shown.map(({ row }) => ({ iri: `${origin}/datasets/${row.id}` }));
  const whole = { ...catalog, properties: { ...catalog.properties, 'dcat:dataset': all } };
  return `${turtlePrefixes(PREFIXES)}${toTurtle(whole)}${datasets.join('')}`;
}
