import { escapeHtml } from './html.ts';
import type { Operation, Parameter } from './openapi-document.ts';
import type { JsonSchema } from './openapi-schemas.ts';

type Schemas = Record<string, JsonSchema>;

/** Where a reader without scripts finds it; the page's script puts its own address here. */
const ORIGIN = 'http://localhost:3000';

/** One endpoint: what it takes, what it answers, curl, and a form to try it. */
export function operationSection(
  path: string,
  method: string,
  operation: Operation,
  schemas: Schemas,
): string {
  const { operationId, summary, parameters, requestBody, responses } = operation;
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const body = media && resolve(media.schema, schemas);
  const sample = body && JSON.stringify(sampleOf(body, schemas), null, 2);
  return `
<section id="${operationId}">
<h2><span class="method ${method}">${method.toUpperCase()}</span>${escapeHtml(path)}</h2>
<p>${escapeHtml(summary)}</p>
${parameters.length > 0 ? `<h3>Parameters</h3><table>${parameters.map(parameterRow).join('')}</table>` : ''}
${body ? `<h3>Body, ${escapeHtml(type ?? '')}</h3><table>${propertyRows(body, schemas)}</table>` : ''}
<h3>Responses</h3><div class="statuses">${Object.entries(responses)
    .map(
      ([status, { description }]) =>
        `<span class="${status < '400' ? 'ok' : 'bad'}" title="${escapeHtml(description)}">${status}</span>`,
    )
    .join('')}</div>
${answerRows(responses, schemas)}
<h3>curl</h3><pre>${escapeHtml(curl(path, method, type, sample)).replace(ORIGIN, `<span class="origin">${ORIGIN}</span>`)}</pre>
<details><summary>Try it</summary>${form(path, method, parameters, type, sample)}</details>
</section>`;
}

function parameterRow({ name, required, schema, description = '', ...rest }: Parameter): string {
  return `<tr><td>${escapeHtml(name)}${required ? '<b class="required">required</b>' : ''}</td><td>${escapeHtml(description)} <i>${escapeHtml(`${rest.in}, ${typeOf(schema)}`)}</i></td></tr>`;
}

function propertyRows({ properties = {}, required = [] }: JsonSchema, schemas: Schemas): string {
  return Object.entries(properties)
    .map(([name, schema]) => {
      const inner = schema.type === 'array' && schema.items ? resolve(schema.items, schemas) : undefined;
      const names = inner?.properties ? `: ${Object.keys(inner.properties).join(', ')}` : '';
      return `<tr><td>${escapeHtml(name)}${required.includes(name) ? '<b class="required">required</b>' : ''}</td><td>${escapeHtml(schema.description ?? '')} <i>${escapeHtml(typeOf(schema) + names)}</i></td></tr>`;
    })
    .join('');
}

function answerRows(responses: Operation['responses'], schemas: Schemas): string {
  const [status, answer] = Object.entries(responses).find(([code]) => code.startsWith('2')) ?? [];
  const schema = answer?.content?.['application/json']?.schema;
  return schema
    ? `<h3>Body of ${status}</h3><table>${propertyRows(resolve(schema, schemas), schemas)}</table>`
    : '';
}

function form(path: string, method: string, parameters: Parameter[], type = '', sample?: string): string {
  const inputs = parameters.map(
    ({ name, required, schema, ...rest }) =>
      `<label>${escapeHtml(name)}<input name="${escapeHtml(name)}" data-in="${rest.in}" placeholder="${escapeHtml(String(schema.default ?? ''))}"${required ? ' required' : ''} autocomplete="off"></label>`,
  );
  const body = sample
    ? `<textarea aria-label="Body" data-type="${escapeHtml(type)}">${escapeHtml(sample)}</textarea>`
    : '';
  return `<form data-method="${method.toUpperCase()}" data-path="${escapeHtml(path)}">${inputs.join('')}${body}<button>Send</button><output></output></form>`;
}

function curl(path: string, method: string, type?: string, sample?: string): string {
  const verb = method === 'get' || (method === 'post' && sample) ? '' : ` -X ${method.toUpperCase()}`;
  const body = sample
    ? ` \\\n  -H 'content-type: ${type}' \\\n  -d '${JSON.stringify(JSON.parse(sample))}'`
    : '';
  return `curl${verb} '${ORIGIN}${path.replace(/\{(\w+)\}/g, (_, name) => (name === 'id' ? '1' : `{${name}}`))}'${body}`;
}

function typeOf(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.join(' | ');
  if (schema.$ref) return schema.$ref.split('/').at(-1) ?? '';
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  const { minimum, maximum, maxLength } = schema;
  const limits =
    minimum !== undefined && maximum !== undefined
      ? ` ${minimum} to ${maximum}`
      : maxLength !== undefined
        ? `, at most ${maxLength} characters`
        : '';
  return [schema.type ?? 'any'].flat().join(' or ') + limits;
}

function sampleOf({ properties = {}, required = [] }: JsonSchema, schemas: Schemas): Record<string, unknown> {
  const names = required.length > 0 ? required : Object.keys(properties).slice(0, 1);
  return Object.fromEntries(names.map((name) => [name, exampleOf(resolve(properties[name] ?? {}, schemas))]));
}

function exampleOf(schema: JsonSchema): unknown {
  const [type] = [schema.type ?? 'string'].flat();
  return (
    schema.default ?? (type === 'integer' ? (schema.minimum ?? 1) : type === 'string' ? 'My dataset' : null)
  );
}

function resolve(schema: JsonSchema, schemas: Schemas): JsonSchema {
  return schema.$ref ? (schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}) : schema;
}
