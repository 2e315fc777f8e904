import type { APIGatewayProxyEvent, APIGatewayProxyEventV2 } from 'aws-lambda';

export interface HttpRequest {
  method: string;
  /** Path and query as they are on the wire. */
  url: string;
  /** Lower-case names; a list is a field sent several times. */
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
}

/** As Amazon API Gateway sends a request to a REST API's proxy integration (payload format 1.0). */
export function eventV1({ method, url, headers = {}, body }: HttpRequest): APIGatewayProxyEvent {
  const [path = '', query] = url.split('?');
  const values = valuesOf(query);
  const fields = Object.entries(headers).map(([name, value]) => [name, [value].flat()] as const);
  return {
    resource: '/{proxy+}',
    path,
    httpMethod: method,
    headers: Object.fromEntries(fields.map(([name, all]) => [name, all.at(-1)])),
    multiValueHeaders: Object.fromEntries(fields),
    queryStringParameters: query
      ? Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1)]))
      : null,
    multiValueQueryStringParameters: query ? values : null,
    pathParameters: null,
    stageVariables: null,
    requestContext: { identity: { sourceIp: '127.0.0.1' }, requestId: 'gateway', stage: 'prod' },
    ...bodyOf(body),
  } as unknown as APIGatewayProxyEvent;
}

/** As an HTTP API or a function URL sends it (payload format 2.0): what is repeated arrives joined by commas. */
export function eventV2({ method, url, headers = {}, body }: HttpRequest): APIGatewayProxyEventV2 {
  const [rawPath = '', rawQueryString = ''] = url.split('?');
  const values = Object.entries(valuesOf(rawQueryString));
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value].flat().join(',')]),
    ),
    ...(values.length > 0 && {
      queryStringParameters: Object.fromEntries(values.map(([name, all]) => [name, all.join(',')])),
    }),
    requestContext: {
      http: { method, path: rawPath, sourceIp: '127.0.0.1' },
      requestId: 'gateway',
      stage: '$default',
    },
    ...bodyOf(body),
  } as unknown as APIGatewayProxyEventV2;
}

function valuesOf(query = ''): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(query)) values[name] = [...(values[name] ?? []), value];
  return values;
}

function bodyOf(body: string | Buffer | undefined) {
  const isBase64Encoded = Buffer.isBuffer(body);
  return { body: isBase64Encoded ? body.toString('base64') : (body ?? null), isBase64Encoded };
}
