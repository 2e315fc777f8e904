import { contentEtag } from '#shared/http/content-etag.ts';
import type { Docs } from '#shared/http/reference.ts';
import { assets } from './assets.ts';

/** The page about the API, as one of the pages; `sql`: people can query here. It is loaded when it is first needed. */
export function docsPage(menu: { sql: boolean }): Docs {
  return async (document) => {
    const [{ apiPage }, { layout }, { compressed }, { PAGE_HEADERS }, set] = await Promise.all([
      import('#web/pages/api.ts'),
      import('#web/layout.ts'),
      import('#web/compressed.ts'),
      import('#web/headers.ts'),
      assets.load(),
    ]);
    const body = layout(apiPage(document), set, 'needless', menu).text;
    const headers = {
      ...PAGE_HEADERS,
      etag: `W/${contentEtag(body)}`,
      'content-type': 'text/html; charset=utf-8',
    };
    return (accepted) => compressed({ status: 200, headers, body }, accepted);
  };
}
