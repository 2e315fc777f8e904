import { type Download, download } from '#shared/http/download.ts';
import type { DeclaredHeader } from '#shared/http/responses.ts';
import type { Result } from '#shared/http/results.ts';

export const googHash: DeclaredHeader = {
  name: 'X-Goog-Hash',
  description:
    '`md5=` and the sum of the whole in base64. Absent for what was mirrored before sums were kept',
};

/** A download with the checksum that Kaggle's clients compare. */
export function linkedDownload(found: Download): Result {
  const { headers, ...result } = download(found);
  return {
    ...result,
    headers: { ...headers, ...(found.md5 !== null && { 'x-goog-hash': `md5=${found.md5}` }) },
  };
}
