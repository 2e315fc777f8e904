import * as z from 'zod';
import { defineFunction, type FunctionDefinition } from './define-function.ts';
import { notFound, PROBLEMS, type ProblemSlug } from './problems.ts';
import { ok, type Result } from './results.ts';

/** A part the service stands on: null when it is fine, otherwise what is wrong with it; may throw. */
export type Checks = Record<string, () => Promise<string | null>>;

const CHECK_TIMEOUT = 4_000;

/** What every process offers beside its functions (`functions` is all it offers): index, health, readiness, and the pages that problems point to. */
export function serviceFunctions(
  functions: readonly FunctionDefinition[],
  checks: Checks,
): FunctionDefinition[] {
  const index = defineFunction({
    name: 'index',
    method: 'GET',
    path: '/',
    summary: 'What is here',
    responses: {
      200: z.object({
        links: z.array(z.object({ href: z.string(), method: z.string(), title: z.string() })),
      }),
    },
    handle: () =>
      ok({ links: functions.map(({ method, path, summary }) => ({ href: path, method, title: summary })) }),
  });
  const health = defineFunction({
    name: 'health',
    method: 'GET',
    path: '/health',
    summary: 'Alive; touches nothing',
    unlimited: true,
    responses: { 200: z.object({ status: z.literal('ok') }) },
    handle: () => ok({ status: 'ok' }),
  });
  const ready = defineFunction({
    name: 'ready',
    method: 'GET',
    path: '/ready',
    summary: 'Whether everything this process stands on is there',
    unlimited: true,
    responses: { 200: Readiness, 503: Readiness },
    handle: () => readiness(checks),
  });
  const problem = defineFunction({
    name: 'problem',
    method: 'GET',
    path: '/problems/:slug',
    summary: 'What a problem type means',
    params: z.object({ slug: z.string() }),
    responses: { 200: null },
    handle: ({ params }) => problemPage(params.slug),
  });
  return [index, health, ready, problem].map((definition) => ({ ...definition, access: 'open' }));
}

const Readiness = z.object({
  status: z.enum(['ready', 'unready']),
  checks: z.record(z.string(), z.string()),
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
    deadline.addEventListener('abort', () => resolve('does not answer'), { once: true });
  });
  return Promise.race([
    late,
    check().then(
      (reason) => reason ?? 'ok',
      () => 'cannot be reached',
    ),
  ]);
}

function problemPage(slug: string): Result {
  if (!Object.hasOwn(PROBLEMS, slug)) return notFound('problem', slug);
  const [status, title] = PROBLEMS[slug as ProblemSlug];
  const body = `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>${title}</title>\n<h1>${title}</h1>\n<p>HTTP status ${status}, problem type <code>/problems/${slug}</code>. The <code>detail</code> of the response says what to change.</p>\n</html>\n`;
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}
