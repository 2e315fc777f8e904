import * as z from 'zod';
import { datasetOfMirror } from '#shared/data/datasets.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { notFound } from '#shared/http/problems.ts';
import { empty, location } from '#shared/http/responses.ts';
import { text } from '#shared/http/text.ts';

export const goToDataset = defineFunction({
  name: 'go-to-dataset',
  method: 'GET',
  path: '/d/:owner/:slug',
  summary: 'A dataset by its name at Kaggle',
  params: z.object({ owner: text(100), slug: text(100) }),
  responses: { 303: empty({ headers: [location] }) },
  async handle({ params: { owner, slug }, db }) {
    const ref = `${owner}/${slug}`.toLowerCase();
    const id = (await datasetOfMirror(db, ref, null)) ?? notFound('dataset', ref);
    return { status: 303, headers: { location: `/ui/datasets/${id}` } };
  },
});
