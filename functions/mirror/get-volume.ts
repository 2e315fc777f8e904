import * as z from 'zod';
import { contentEtag } from '#shared/http/content-etag.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { Problem } from '#shared/http/problems.ts';
import { etag, json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { volumeSpace } from '#shared/mirror/volume-space.ts';

const Volume = z.object({ free_bytes: z.int(), used_bytes: z.int() }).meta({ id: 'Volume' });

export const getVolume = defineFunction({
  name: 'get-volume',
  method: 'GET',
  path: '/volume',
  summary: 'Free and used bytes of the data volume',
  responses: { 200: json(Volume, { headers: [etag] }) },
  async handle({ volume }) {
    const space = await volumeSpace(volume.root);
    if (space === null)
      throw new Problem('volume-unavailable', 'The data volume cannot currently be read. Retry later.', {
        headers: { 'retry-after': '30' },
      });
    const body = JSON.stringify(space);
    return ok(body, { etag: contentEtag(body) });
  },
});
