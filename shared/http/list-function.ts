import * as z from 'zod';
import { parseCursor } from './cursor.ts';
import { type Context, defineFunction, type FunctionDefinition } from './define-function.ts';
import { cutList, endOf } from './page.ts';
import { checkPreconditions } from './preconditions.ts';
import type { Representation } from './representation.ts';
import { etag, json, link } from './responses.ts';
import type { Result } from './results.ts';
import { decimal } from './text.ts';

/** What every list takes. */
export const pageQuery = {
  limit: decimal(1, 500).default(100).describe('Maximum number of items of the page, 100 by default'),
  cursor: z.string().max(8_192).optional().describe('next_cursor of the previous page'),
};

interface Order<Keys extends z.ZodType> {
  /** What the cursor is of: the order, and the filters if the keys depend on them. */
  name: string;
  /** What a cursor holds: the last row's. Clients can make cursors up, so it admits nothing the database would refuse. */
  keys: Keys;
}

interface Reading<Row> {
  rows: readonly Row[];
  keysOf(row: NoInfer<Row>): readonly (string | number)[];
  /** What the next page is asked at, when it is not where this one was. */
  path?: string;
  /** Further members of the body. */
  more?: Readonly<Record<string, unknown>>;
}

/** What cursor and entity tag of a page are made of. */
interface Glanced {
  keys: readonly (string | number)[];
  /** As the item's `etag` has it. */
  version: string;
}

type Filters<Shape extends z.ZodRawShape> = z.ZodObject<Shape & typeof pageQuery>;

interface ListDefinition<
  Params extends z.ZodType | undefined,
  Shape extends z.ZodRawShape,
  Keys extends z.ZodType,
  Row,
> extends Pick<FunctionDefinition, 'name' | 'path' | 'summary' | 'access'> {
  params?: Params;
  /** Parameters besides `limit` and `cursor`. */
  filters?: Shape;
  /** The list's member of the body. */
  key: string;
  item: Representation<Row>;
  /** Schemas of further members of the body. */
  more?: z.ZodRawShape;
  order(query: z.output<Filters<Shape>>): Order<Keys>;
  /** Reads `limit` rows from behind `after` on; null: from the first. */
  read(context: Reader<Params, Shape, Keys>): Promise<Reading<Row>>;
  /**
   * The same rows, at less cost: a page that the client has, or that was sent lately, is not read again. For rows with
   * a version of their own, in lists that need `recent`.
   */
  glance?(context: Reader<Params, Shape, Keys>): Promise<readonly Glanced[]>;
}

type Reader<
  Params extends z.ZodType | undefined,
  Shape extends z.ZodRawShape,
  Keys extends z.ZodType,
> = Context<Params, Filters<Shape>, undefined> & { after: z.output<Keys> | null; limit: number };

/** A list in pages, by keyset: `{ [key]: […], next_cursor }`. */
export function listFunction<
  Keys extends z.ZodType,
  Row,
  Params extends z.ZodType | undefined = undefined,
  Shape extends z.ZodRawShape = Record<never, never>,
>(definition: ListDefinition<Params, Shape, Keys, Row>): FunctionDefinition {
  const { key, item, more = {}, order, read, glance, filters, ...rest } = definition;
  const query = z.strictObject({ ...pageQuery, ...filters } as Shape & typeof pageQuery);
  const body = z.object({ [key]: z.array(item.schema), ...more, next_cursor: z.string().nullable() });
  return defineFunction<Params, typeof query>({
    ...rest,
    method: 'GET',
    query,
    responses: { 200: json(body, { headers: [etag, link] }) },
    async handle(context) {
      const given = context.query as z.output<Filters<Shape>> & { limit: number; cursor?: string };
      const { name, keys } = order(given);
      const after = given.cursor === undefined ? null : parseCursor(name, given.cursor, keys);
      // One more than is shown tells whether there is a next page.
      const reader = Object.assign(context, { after, limit: given.limit + 1 });
      const asked = glance && { given, name, address: `${context.path} ${JSON.stringify(given)}` };
      const known = asked && (await findKnown(context, asked, () => glance(reader as never)));
      if (known) return known;
      const reading = await read(Object.assign(reader, { db: context.pages }) as never);
      const page = cutList({
        path: reading.path ?? context.path,
        query: given,
        rows: reading.rows,
        write: item.write,
        writeAll: item.writeAll,
        order: name,
        keysOf: reading.keysOf,
        versionOf: item.etag,
        more: reading.more,
      });
      const members = Object.entries(reading.more ?? {}).map(
        ([member, value]) => `${JSON.stringify(member)}:${JSON.stringify(value)},`,
      );
      const text = `{"${key}":[${page.json}],${members.join('')}"next_cursor":${JSON.stringify(page.next)}}`;
      if (asked) context.recent.keep(asked.address, page.headers.etag, text);
      return { status: 200, headers: page.headers, body: text };
    },
  } as Parameters<typeof defineFunction<Params, typeof query>>[0]);
}

interface Asked {
  given: { limit: number; cursor?: string | undefined };
  /** What `recent` knows the page by. */
  address: string;
  /** Of the order. */
  name: string;
}

/** The answer, where the client has the page already or it was sent lately, and no row of it has changed. */
async function findKnown(
  {
    path,
    headers: fields,
    recent,
  }: Pick<Context<undefined, undefined, undefined>, 'path' | 'headers' | 'recent'>,
  { given, address, name }: Asked,
  glance: () => Promise<readonly Glanced[]>,
): Promise<Result | null> {
  if (fields['if-none-match'] === undefined && !recent.has(address)) return null;
  const rows = await glance();
  const { headers } = endOf(
    {
      path,
      query: given,
      rows,
      order: name,
      keysOf: ({ keys }) => keys,
      versionOf: ({ version }) => version,
    },
    rows.slice(0, given.limit),
  );
  const has = checkPreconditions(fields, headers) === 'not-modified';
  const body = has ? '' : recent.find(address, headers.etag);
  return body === undefined ? null : { status: 200, headers, body };
}
