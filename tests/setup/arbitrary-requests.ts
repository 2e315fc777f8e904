import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import type { OpenApi, Operation, Parameter } from '#shared/http/openapi-document.ts';
import type { JsonSchema } from '#shared/http/openapi-schemas.ts';

export interface ArbitraryRequest {
  /** `METHOD /path/{template}` */
  operation: string;
  options: InjectOptions;
}

/** Text that has broken servers before. */
const nasty = fc.constantFrom(
  '',
  ' ',
  '\0',
  '\ud800',
  "'; DROP TABLE datasets; --",
  '../../etc/passwd',
  '%00',
  '%zz',
  '1e3',
  '-1',
  '0',
  '2147483647',
  '2147483648',
  '99999999999999999999',
  'NaN',
  '__proto__',
  '💥'.repeat(50),
  'a'.repeat(3_000),
);
const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), nasty);

/** Requests that a document describes: each part as described or, now and then, anything at all. */
export function arbitraryRequest(document: OpenApi): fc.Arbitrary<ArbitraryRequest> {
  const { schemas } = document.components;
  const all = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => requestOf(path, method, operation, schemas)),
  );
  return fc.oneof(...all);
}

type Schemas = Record<string, JsonSchema>;

function requestOf(
  path: string,
  method: string,
  operation: Operation,
  schemas: Schemas,
): fc.Arbitrary<ArbitraryRequest> {
  const [[type, media] = []] = Object.entries(operation.requestBody?.content ?? {});
  const valuesIn = (place: Parameter['in']) => {
    const parameters = operation.parameters.filter((parameter) => parameter.in === place);
    const shapes = parameters.map(({ name, schema }) => [name, parameterOf(name, schema)] as const);
    return fc.record(Object.fromEntries(shapes), place === 'path' ? {} : { requiredKeys: [] });
  };
  return fc
    .record({
      path: valuesIn('path'),
      query: valuesIn('query'),
      stray: fc.oneof({ weight: 19, arbitrary: fc.constant(null) }, fc.tuple(anyText, anyText)),
      headers: valuesIn('header'),
      type: fc.oneof(
        { weight: 12, arbitrary: fc.constant(type) },
        fc.constantFrom('text/plain', 'application/json; charset=utf-16', undefined),
      ),
      body: media ? bodyOf(media.schema, schemas) : fc.constant(undefined),
    })
    .map(({ path: segments, query, stray, headers, type: contentType, body }) => {
      const pairs = [...Object.entries(query), ...(stray ? [stray] : [])]
        .filter((pair): pair is [string, string] => pair[1] !== undefined)
        .map((pair) => pair.map(encode).join('='));
      const target = path.replace(/\{(\w+)\}/g, (_, name) => encode(String(segments[name])));
      const options = {
        method: method.toUpperCase(),
        url: pairs.length > 0 ? `${target}?${pairs.join('&')}` : target,
        headers: {
          ...ascii(headers),
          ...(contentType !== undefined && body !== undefined && { 'content-type': contentType }),
        },
        ...(body !== undefined && { payload: body }),
      } as InjectOptions;
      return { operation: `${method.toUpperCase()} ${path}`, options };
    });
}

function parameterOf(name: string, schema: JsonSchema): fc.Arbitrary<string> {
  // It is what its name says.
  if (name === 'wait') return fc.constantFrom('0', '51', 'x');
  const described: fc.Arbitrary<string>[] = [];
  if (schema.enum) described.push(fc.constantFrom(...schema.enum.map(String)));
  if (schema.type === 'integer') {
    const { minimum: min = 0, maximum: max = 2 ** 31 - 1 } = schema;
    described.push(
      fc.integer({ min, max: Math.min(max, min + 100) }).map(String),
      fc.integer({ min, max }).map(String),
    );
  }
  if (name === 'cursor') described.push(cursors);
  if (name.startsWith('If-')) described.push(fc.constantFrom('*', '"1.1"', 'W/"1.1"', '"2.1", "3.1"', '"'));
  return described.length === 0
    ? anyText
    : fc.oneof(...described.map((arbitrary) => ({ weight: 4, arbitrary })), anyText);
}

const cursors = fc
  .tuple(
    fc.constantFrom(1, 2),
    fc.constantFrom('name', '-name', 'created_at', 'id', 'path', '-id'),
    fc.array(fc.oneof(anyText, fc.integer(), fc.constant('2026-01-01T00:00:00.000000Z')), { maxLength: 3 }),
  )
  .map(([version, sort, keys]) =>
    Buffer.from(JSON.stringify([version, sort, ...keys])).toString('base64url'),
  );

function bodyOf(schema: JsonSchema, schemas: Schemas): fc.Arbitrary<string> {
  const { properties = {} } = resolve(schema, schemas);
  const address = fc.constantFrom(
    'https://www.kaggle.com/datasets/ada/x',
    'http://kaggle.com/Ada/Y/versions/3',
    'https://example.org/',
    'x',
  );
  const fields = Object.keys(properties).map((name) => [
    name,
    fc.oneof(name === 'source_url' ? address : anyText, anyText, fc.constantFrom(null, 7, [], {})),
  ]);
  const described = fc.record(Object.fromEntries(fields), { requiredKeys: [] });
  // Hardly any random body is valid, so some are on purpose.
  const plain = 'name' in properties ? [{ weight: 4, arbitrary: fc.constant('{"name":"x"}') }] : [];
  return fc.oneof(
    ...plain,
    { weight: 10, arbitrary: described.map((value) => JSON.stringify(value)) },
    { weight: 2, arbitrary: fc.json() },
    { weight: 1, arbitrary: anyText },
  );
}

function resolve(schema: JsonSchema, schemas: Schemas): JsonSchema {
  return schema.$ref ? (schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}) : schema;
}

/** Percent-encoded as a client would, but for lone surrogates, which it cannot, and escapes that are broken on purpose. */
function encode(text: string): string {
  return text === '%zz' || text === '%00' ? text : encodeURIComponent(text.toWellFormed());
}

/** What a header can carry on the wire. */
function ascii(headers: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value = '']) => [
      name.toLowerCase(),
      value.replace(/[^\x20-\x7e]/g, ''),
    ]),
  );
}
