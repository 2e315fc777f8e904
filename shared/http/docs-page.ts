import { hash } from 'node:crypto';
import { operationSection } from './docs-operation.ts';
import { script } from './docs-script.ts';
import { style } from './docs-style.ts';
import { escapeHtml } from './html.ts';
import type { OpenApi, Operation } from './openapi-document.ts';

/** The page, and the policy under which a browser runs it: nothing comes from anywhere else. */
export interface DocsPage {
  html: string;
  contentSecurityPolicy: string;
}

/** A page about an OpenAPI document of ours that people can read and try things on. */
export function docsPage(document: OpenApi): DocsPage {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
  const { title, version, description } = document.info;
  const { schemas } = document.components;
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<nav aria-label="Endpoints">${menu(operations)}</nav>
<main>
<h1>${escapeHtml(title)}<small>${escapeHtml(version)}</small></h1>
<p>${escapeHtml(description)} The same document as JSON: <a href="/openapi.json">/openapi.json</a>.</p>
<label for="token">Token for requests that need one <input id="token" type="password" autocomplete="off" placeholder="kept in this page only"></label>
${operations.map(({ path, method, operation }) => operationSection(path, method, operation, schemas)).join('')}
</main>
<script>${script}</script>
</body>
</html>
`;
  return {
    html,
    contentSecurityPolicy: [
      "default-src 'none'",
      "base-uri 'none'",
      "connect-src 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      `script-src '${sourceHash(script)}'`,
      `style-src '${sourceHash(style)}'`,
    ].join('; '),
  };
}

function menu(operations: { path: string; method: string; operation: Operation }[]): string {
  const tags = Map.groupBy(operations, ({ operation }) => operation.tags[0] ?? '');
  return [...tags]
    .map(
      ([tag, members]) =>
        `<h2>${escapeHtml(tag)}</h2>${members
          .map(
            ({ path, method, operation }) =>
              `<a href="#${operation.operationId}" title="${escapeHtml(operation.summary)}"><span class="method ${method}">${method.toUpperCase()}</span><span class="path">${escapeHtml(path)}</span></a>`,
          )
          .join('')}`,
    )
    .join('');
}

/** Content Security Policy Level 3, section 2.3.1. */
function sourceHash(source: string): string {
  return `sha256-${hash('sha256', source, 'base64')}`;
}
