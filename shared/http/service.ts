import * as z from 'zod';
import { contentEtag } from './content-etag.ts';
import { defineFunction, type FunctionDefinition } from './define-function.ts';
import type { Group } from './group.ts';
import { index } from './index-function.ts';
import type { Edition } from './openapi.ts';
import { problemJson } from './problem-json.ts';
import { notFound, PROBLEMS, type ProblemSlug } from './problems.ts';
import { type Docs, referenceFunctions } from './reference.ts';
import { bytes, etag, json, retryAfter } from './responses.ts';
import { ok, type Result } from './results.ts';

/** A part the service stands on: null when it is fine, otherwise what is wrong with it; may throw. */
export type Checks = Record<string, () => Promise<string | null>>;

const CHECK_TIMEOUT = 4_000;

/**
 * What every process offers besides the functions of `groups`: index, health, readiness, the pages that problems point
 * to, and the API about itself.
 */
export function serviceGroup(
  groups: readonly Group[],
  { checks, home, ...edition }: Edition & { checks: Checks; home: string | null; docs: Docs },
): Group {
  const functions: FunctionDefinition[] = [];
  const group: Group = {
    name: 'service',
    prefixes: [''],
    dialect: problemJson,
    access: 'open',
    needs: [],
    functions,
  };
  const all = [...groups, group];
  functions.push(index(all, home), health, ready(checks), problem, ...referenceFunctions(all, edition));
  return group;
}

const health = defineFunction({
  name: 'health',
  method: 'GET',
  path: '/health',
  summary: 'Whether the process is alive',
  unlimited: true,
  responses: { 200: json(z.object({ status: z.literal('ok') })) },
  handle: () => ok({ status: 'ok' }),
});

const Readiness = z.object({
  status: z.enum(['ready', 'unready']),
  checks: z.record(z.string(), z.string()),
});

const ready = (checks: Checks) =>
  defineFunction({
    name: 'ready',
    method: 'GET',
    path: '/ready',
    summary: 'Whether the process can serve requests',
    unlimited: true,
    responses: { 200: json(Readiness), 503: json(Readiness, { headers: [retryAfter] }) },
    handle: () => readiness(checks),
  });

/** Every check at once, each with a deadline; the answer names what fails. */
async function readiness(checks: Checks): Promise<Result> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await outcome(check)] as const),
  );
  const ready = results.every(([, state]) => state === 'ok');
  const body = { status: ready ? 'ready' : 'unready', checks: Object.fromEntries(results) };
  return { status: ready ? 200 : 503, headers: ready ? {} : { 'retry-after': '2' }, body };
}

async function outcome(check: () => Promise<string | null>): Promise<string> {
  const deadline = AbortSignal.timeout(CHECK_TIMEOUT);
  const late = new Promise<string>((resolve) => {
    deadline.addEventListener('abort', () => resolve('no response in time'), { once: true });
  });
  return Promise.race([
    late,
    check().then(
      (reason) => reason ?? 'ok',
      () => 'unreachable',
    ),
  ]);
}

const problem = defineFunction({
  name: 'problem',
  method: 'GET',
  path: '/problems/:slug',
  summary: 'What a problem type means',
  params: z.object({ slug: z.string() }),
  responses: { 200: bytes('text/html', { headers: [etag] }) },
  handle: ({ params }) => problemPage(params.slug),
});

function problemPage(slug: string): Result {
  if (!Object.hasOwn(PROBLEMS, slug)) return notFound('problem', slug);
  const [status, title] = PROBLEMS[slug as ProblemSlug];
  const body = `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>${title}</title>\n<h1>${title}</h1>\n<p>HTTP status ${status}, problem type <code>/problems/${slug}</code>. The <code>detail</code> of the response says what is wrong and what to do about it.</p>\n</html>\n`;
  return ok(body, { etag: contentEtag(body), headers: { 'content-type': 'text/html; charset=utf-8' } });
}
