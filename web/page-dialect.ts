import { parse } from 'node:querystring';
import type { Dialect } from '#shared/http/dialect.ts';
import { problemJson } from '#shared/http/problem-json.ts';
import { Problem } from '#shared/http/problems.ts';
import { accountOf } from './account.ts';
import { PAGE_HEADERS } from './headers.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** How pages speak with browsers: bodies are those of forms, and a failure is a page. */
export const pageDialect: Dialect = {
  ...problemJson,
  bodyTypes: /^application\/x-www-form-urlencoded\s*(;\s*charset="?utf-?8"?\s*)?$/i,
  bodyHint: 'Send the body as a form does: application/x-www-form-urlencoded in UTF-8.',
  readBody: (body) => ({ ...parse(decode(body), '&', '=', { maxKeys: 0 }) }),
  async presentProblem(problem, request) {
    const { problemPage } = await import('./pages/problem.ts');
    const { tables, sessions = null } = request.dependencies;
    return {
      mediaType: 'text/html; charset=utf-8',
      body: problemPage(problem, request, accountOf({ caller: request.caller, sessions }), tables),
      headers: PAGE_HEADERS,
    };
  },
};

function decode(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw new Problem('bad-request', 'The bytes of the form are not UTF-8.');
  }
}
