import * as z from 'zod';
import { defineFunction } from '#shared/http/define-function.ts';
import { notFound } from '#shared/http/problems.ts';
import { bytes, etag, vary } from '#shared/http/responses.ts';
import { text } from '#shared/http/text.ts';
import { codingFor } from '#web/coding.ts';

const FOR_A_YEAR = 'public, max-age=31536000, immutable';

export const getAsset = defineFunction({
  name: 'get-asset',
  method: 'GET',
  path: '/assets/:file',
  summary: 'A script, style or picture of the pages',
  access: 'open',
  unlimited: true,
  params: z.object({ file: text(200) }),
  responses: { 200: bytes('*/*', { headers: [etag, vary] }) },
  async handle({ params, headers, assets }) {
    const { names, files } = await assets.load();
    const name = names.get(params.file) ?? params.file;
    const file = files.get(name) ?? notFound('asset', params.file);
    const coding = codingFor(headers['accept-encoding'], file.sizes);
    return {
      status: 200,
      headers: {
        etag: `"${name}.${coding}"`,
        vary: 'Accept-Encoding',
        'content-type': file.mediaType,
        'content-length': String(file.sizes[coding]),
        ...(coding !== 'identity' && { 'content-encoding': coding }),
        // A name with a hash never means anything else.
        ...(name === params.file && { 'cache-control': FOR_A_YEAR }),
      },
      stream: () => file.open(coding),
    };
  },
});
