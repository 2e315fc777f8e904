import type { OpenApi, Operation } from '#shared/http/openapi-document.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { operationSection } from './api-operation.ts';

interface Listed {
  path: string;
  method: string;
  operation: Operation;
}

/** What an OpenAPI document of ours says, with forms to try it. */
export function apiPage({ paths, info, components: { schemas } }: OpenApi): Page {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
  return {
    title: 'API',
    section: 'api',
    alternate: '/openapi.json',
    scripts: ['try-it.js'],
    styles: ['api.css'],
    body: html`<div class="title"><h1>${info.title} <span class="count">${info.version}</span></h1></div>
<p>${info.description}</p>
<p class="tools"><label for="token">Token for requests that need one</label> <input id="token" type="password" autocomplete="off" placeholder="kept in this page only"></p>
<div class="api"><nav aria-label="Endpoints" tabindex="0">${menu(operations)}</nav>
<div>${operations.map(({ path, method, operation }) => operationSection(path, method, operation, schemas))}</div></div>`,
  };
}

function menu(operations: readonly Listed[]): Html[] {
  const tags = Map.groupBy(operations, ({ operation }) => operation.tags[0] ?? '');
  return [...tags].map(
    ([tag, members]) =>
      html`<h2>${tag}</h2>${members.map(
        ({ path, method, operation }) =>
          html`<a href="#${operation.operationId}" title="${operation.summary}"><span class="method ${method}">${method.toUpperCase()}</span><span class="path">${path}</span></a>`,
      )}`,
  );
}
