import type * as z from 'zod';
import { contentEtag } from '#shared/http/content-etag.ts';
import { type Context, defineFunction, type FunctionDefinition } from '#shared/http/define-function.ts';
import { bytes, etag, vary } from '#shared/http/responses.ts';
import { accountOf } from './account.ts';
import { PAGE_HEADERS } from './headers.ts';
import type { Page } from './layout.ts';

/** To the same thing under its own address. */
interface Redirect {
  redirect: string;
}

/** A page, and further fields of the response. */
type Shown = Page & { headers?: Readonly<Record<string, string>> };

interface PageDefinition<Params extends z.ZodType | undefined, Query extends z.ZodType | undefined>
  extends Pick<
    FunctionDefinition,
    'name' | 'path' | 'also' | 'summary' | 'access' | 'policy' | 'notOnLambda'
  > {
  params?: Params;
  query?: Query;
  /** Loads its template itself: those who want no pages do not pay for any. */
  render(context: Context<Params, Query, undefined>): Promise<Shown | Redirect>;
}

/** A page for people. */
export function pageFunction<
  Params extends z.ZodType | undefined = undefined,
  Query extends z.ZodType | undefined = undefined,
>({ render, ...definition }: PageDefinition<Params, Query>): FunctionDefinition {
  return defineFunction<Params, Query>({
    ...definition,
    method: 'GET',
    responses: { 200: bytes('text/html', { headers: [etag, vary] }) },
    async handle(context: Context<Params, Query, undefined>) {
      const [page, assets, { layout }, { compressed }] = await Promise.all([
        render(context),
        context.assets.load(),
        import('./layout.ts'),
        import('./compressed.ts'),
      ]);
      if ('redirect' in page) return { status: 303, headers: { location: page.redirect } };
      const { text } = layout(page, assets, accountOf(context), context.tables);
      const headers = {
        ...PAGE_HEADERS,
        // Weak: how long ago something was is no change, and neither is how it is compressed.
        etag: `W/${contentEtag(text.replaceAll(/(<time [^>]*>)[^<]*/g, '$1'))}`,
        'content-type': 'text/html; charset=utf-8',
        ...page.headers,
      };
      return compressed({ status: 200, headers, body: text }, context.headers['accept-encoding']);
    },
  } as Parameters<typeof defineFunction<Params, Query>>[0]);
}
