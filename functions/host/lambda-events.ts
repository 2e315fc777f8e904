import type { APIGatewayProxyEvent, APIGatewayProxyEventV2 } from 'aws-lambda';

export type ApiGatewayEvent = APIGatewayProxyEvent | APIGatewayProxyEventV2;

/** Of these Node keeps the first (http.IncomingMessage.headers); of all others it joins what is repeated. */
const SINGLE = new Set([
  'authorization',
  'content-length',
  'content-type',
  'host',
  'if-modified-since',
  'if-unmodified-since',
  'user-agent',
]);

/** The same event in the one form from which the adapter makes what a socket would have brought. */
export function normalize(event: ApiGatewayEvent): ApiGatewayEvent {
  return 'version' in event && event.version === '2.0'
    ? withRawQuery(event)
    : withJoinedHeaders(event as APIGatewayProxyEvent);
}

/** Version 2 joins what is repeated in a query by commas; only the raw text tells `a=1&a=2` from `a=1,2`. */
function withRawQuery(event: APIGatewayProxyEventV2): APIGatewayProxyEventV2 {
  const { queryStringParameters: _, rawQueryString, rawPath, ...rest } = event;
  return { ...rest, rawQueryString, rawPath: rawQueryString ? `${rawPath}?${rawQueryString}` : rawPath };
}

function withJoinedHeaders(event: APIGatewayProxyEvent): APIGatewayProxyEvent {
  const headers: Record<string, string | undefined> = {};
  for (const [name, values] of Object.entries(event.multiValueHeaders ?? {}))
    headers[name] = SINGLE.has(name.toLowerCase()) ? values?.[0] : values?.join(', ');
  return { ...event, headers: { ...event.headers, ...headers }, multiValueHeaders: {} };
}
