import type { Operation, Parameter } from '#shared/http/openapi-document.ts';
import type { JsonSchema } from '#shared/http/openapi-schemas.ts';
import { type Html, html } from '../html.ts';

type Schemas = Record<string, JsonSchema>;

/** Where a reader without scripts finds it; the page's script puts its own address here. */
const ORIGIN = 'http://localhost:3000';

/** One endpoint: what it takes, what it answers, curl, and a form to try it. */
export function operationSection(path: string, method: string, operation: Operation, schemas: Schemas): Html {
  const { operationId, summary, parameters, requestBody, responses } = operation;
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const body = media && resolve(media.schema, schemas);
  const sample = body && JSON.stringify(sampleOf(body, schemas), null, 2);
  const [before, after] = curl(path, method, type, sample).split(ORIGIN);
  return html`<section id="${operationId}">
<h2><span class="method ${method}">${method.toUpperCase()}</span> ${path}</h2>
<p>${summary}</p>
${parameters.length > 0 && html`<h3>Parameters</h3><div class="wide"><table>${parameters.map(parameterRow)}</table></div>`}
${body && html`<h3>Body, ${type}</h3><div class="wide"><table>${propertyRows(body, schemas)}</table></div>`}
<h3>Responses</h3><div class="statuses">${Object.entries(responses).map(([status, { description }]) => html`<span${status < '400' && html` class="good"`} title="${description}">${status}</span>`)}</div>
${answerRows(responses, schemas)}
<h3>curl</h3><pre tabindex="0">${before}<span class="origin">${ORIGIN}</span>${after}</pre>
<details hidden><summary>Try it</summary>${form(path, method, parameters, type, sample)}</details>
</section>
`;
}

function parameterRow({ name, required, schema, description = '', ...rest }: Parameter): Html {
  return html`<tr><td>${name}${required && REQUIRED}</td><td>${description} <i>${rest.in}, ${typeOf(schema)}</i></td></tr>`;
}

const REQUIRED = html`<b class="required">required</b>`;

function propertyRows({ properties = {}, required = [] }: JsonSchema, schemas: Schemas): Html[] {
  return Object.entries(properties).map(([name, schema]) => {
    const inner = schema.type === 'array' && schema.items ? resolve(schema.items, schemas) : undefined;
    const names = inner?.properties ? `: ${Object.keys(inner.properties).join(', ')}` : '';
    return html`<tr><td>${name}${required.includes(name) && REQUIRED}</td><td>${schema.description} <i>${typeOf(schema) + names}</i></td></tr>`;
  });
}

function answerRows(responses: Operation['responses'], schemas: Schemas): Html | undefined {
  const [status, answer] = Object.entries(responses).find(([code]) => code.startsWith('2')) ?? [];
  const schema = answer?.content?.['application/json']?.schema;
  return (
    schema &&
    html`<h3>Body of ${status}</h3><div class="wide"><table>${propertyRows(resolve(schema, schemas), schemas)}</table></div>`
  );
}

function form(path: string, method: string, parameters: Parameter[], type = '', sample?: string): Html {
  const inputs = parameters.map(
    ({ name, required, schema, ...rest }) =>
      html`<label>${name} <input name="${name}" data-in="${rest.in}" placeholder="${String(schema.default ?? '')}"${required && html` required`} autocomplete="off"></label>`,
  );
  return html`<form data-method="${method.toUpperCase()}" data-path="${path}">${inputs}${sample !== undefined && html`<textarea aria-label="Body" rows="6" data-type="${type}">${sample}</textarea>`}<button>Send</button><output></output></form>`;
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
