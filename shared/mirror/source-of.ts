import type { Source } from '#shared/data/catalogue.ts';
import { Problem } from '#shared/http/problems.ts';
import { hasMalformedPin, parseSourceUrl } from '#shared/kaggle/source-url.ts';

/**
 * A source_url, and the Kaggle dataset that it names if it does.
 * @throws {Problem} validation-failed for a version that cannot be: never a dataset that follows the newest instead
 */
export function sourceOf(source_url: string | null): Source {
  if (hasMalformedPin(source_url)) {
    const detail = 'must name one version from 1 to 2147483647, without a leading zero';
    throw new Problem('validation-failed', `source_url ${detail}.`, {
      errors: [{ pointer: '/source_url', code: 'malformed', detail }],
    });
  }
  return { source_url, kaggle: parseSourceUrl(source_url) };
}
