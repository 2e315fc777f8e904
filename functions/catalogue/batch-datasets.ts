import * as z from 'zod';
import * as keyStore from '#shared/data/idempotency.ts';
import { defineFunction } from '#shared/http/define-function.ts';
import { oncePerKey, readKey } from '#shared/http/idempotency.ts';
import { INPUT_CODES, problemMembers } from '#shared/http/problems.ts';
import { json } from '#shared/http/responses.ts';
import { ok } from '#shared/http/results.ts';
import { yesOrNo } from '#shared/http/text.ts';
import { DatasetBatchItem } from '#shared/mirror/dataset.ts';
import type { Step } from '#shared/mirror/plan-batch.ts';
import { previewBatch, refuseInvalid, runBatch } from '#shared/mirror/run-batch.ts';

const MOST = 1_000;

const Batch = z.strictObject(
  {
    datasets: z
      .array(
        z.unknown().meta({
          // Made for the document, and not at each start.
          get spells() {
            return { anyOf: [itemSchema(), { description: 'Anything else is invalid' }] };
          },
        }),
        {
          error: (issue) => (issue.input === undefined ? 'is required' : 'must be an array'),
        },
      )
      .max(MOST, { error: `must have at most ${MOST} items` }),
  },
  { error: (issue) => (issue.code === 'invalid_type' ? 'must be a JSON object with datasets' : undefined) },
);

const ItemProblem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z
    .array(z.object({ pointer: z.string(), code: z.enum(INPUT_CODES), detail: z.string() }))
    .optional(),
});

const Outcomes = z.object({
  dry_run: z.boolean(),
  results: z.array(
    z.object({
      index: z.int(),
      outcome: z.enum(['created', 'updated', 'unchanged', 'invalid']),
      id: z.int().nullable(),
      problem: ItemProblem.nullable(),
    }),
  ),
});

export const batchDatasets = defineFunction({
  name: 'batch-datasets',
  method: 'POST',
  path: '/datasets:batch',
  summary: 'Register or change up to 1,000 datasets by their addresses',
  access: 'write',
  idempotent: true,
  query: z.strictObject({
    atomic: yesOrNo.default(false).describe('All or none: an invalid item refuses the whole batch'),
    dry_run: yesOrNo.default(false).describe('Only says what would happen'),
  }),
  body: Batch,
  responses: { 200: json(Outcomes) },
  async handle(request) {
    const { body, query, db, batches } = request;
    const { atomic, dry_run: dryRun } = query;
    const answer = (steps: readonly Step[]) => ok({ dry_run: dryRun, results: steps.map(show) });
    const key = readKey(request.headers['idempotency-key']);
    // What writes nothing needs no key, and must not answer for a request that writes.
    if (dryRun) return answer(await previewBatch(db, body.datasets));
    // Before the transaction, where there is no answer to repeat: to throw in it costs its connection.
    if (atomic && key === null) refuseInvalid(await previewBatch(db, body.datasets));
    return oncePerKey({ ...request, db: batches, body: { atomic, ...body } }, keyStore, (keyed) =>
      keyed.transaction(async (tx) => {
        const steps = await runBatch(tx, body.datasets);
        if (atomic) refuseInvalid(steps);
        return answer(steps);
      }),
    );
  },
});

function show({ index, outcome, entry, problem }: Step) {
  return { index, outcome, id: entry?.id ?? null, problem: problem && problemMembers(problem) };
}

/** Each item is judged for itself, so that the others are not refused with it; the document shows what it has to be. */
function itemSchema() {
  const {
    $schema: _,
    id: __,
    ...schema
  } = z.toJSONSchema(DatasetBatchItem, {
    io: 'input',
    unrepresentable: 'any',
  });
  return schema;
}
