import type { CommonQueryMethods } from 'slonik';
import {
  findMatches,
  insertDatasets,
  lockBatches,
  prepareMirrors,
  updateDatasets,
} from '#shared/data/dataset-batch.ts';
import { parsePart } from '#shared/http/input.ts';
import { invalidInput } from '#shared/http/invalid-input.ts';
import { Problem } from '#shared/http/problems.ts';
import { DatasetBatchItem } from './dataset.ts';
import { type BatchItem, type BatchPlan, matchKey, planBatch, type Step } from './plan-batch.ts';
import { sourceOf } from './source-of.ts';

/** What would happen to each item. */
export async function previewBatch(db: CommonQueryMethods, list: readonly unknown[]): Promise<Step[]> {
  return (await plan(db, list, false)).steps;
}

/** Registers datasets, changes them or leaves them as they are, by their sources. Invalid items are left out. */
export async function runBatch(tx: CommonQueryMethods, list: readonly unknown[]): Promise<Step[]> {
  await lockBatches(tx);
  const { steps, added, updates } = await plan(tx, list, true);
  const inserts = [...added.values()].map(({ entry, source }) => ({ ...entry, source }));
  await prepareMirrors(tx, inserts, updates);
  await updateDatasets(tx, updates);
  for (const { id, ...match } of await insertDatasets(tx, inserts)) {
    const inserted = added.get(matchKey(match));
    if (inserted) inserted.entry.id = id;
  }
  return steps;
}

/** @throws {Problem} validation-failed with whatever is wrong with any item */
export function refuseInvalid(steps: readonly Step[]): void {
  const problems = steps.flatMap(({ problem }) => problem ?? []);
  if (problems.length === 0) return;
  const errors = problems.values().flatMap(({ errors = [] }) => errors);
  const unlisted = problems.reduce((sum, problem) => sum + problem.unlisted, 0);
  throw invalidInput(errors, undefined, unlisted);
}

async function plan(db: CommonQueryMethods, list: readonly unknown[], lock: boolean): Promise<BatchPlan> {
  const read = list.map(readItem);
  const items = read.filter((item) => 'source' in item);
  const refused = read.filter((item) => 'problem' in item);
  const sources = items.map(({ source }) => source);
  const planned = planBatch(items, await findMatches(db, sources, lock));
  return { ...planned, steps: [...planned.steps, ...refused].sort((a, b) => a.index - b.index) };
}

function readItem(value: unknown, index: number): BatchItem | Step {
  const at = ['datasets', String(index)];
  const parsed = parsePart(DatasetBatchItem, value, at);
  if ('problem' in parsed) return { index, outcome: 'invalid', entry: null, problem: parsed.problem };
  const { source_url, ...values } = parsed.data;
  try {
    return { index, source: sourceOf(source_url), ...values };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const errors = (error.errors ?? []).map(({ code, detail }) => ({
      pointer: `/${[...at, 'source_url'].join('/')}`,
      code,
      detail,
    }));
    return { index, outcome: 'invalid', entry: null, problem: invalidInput(errors) };
  }
}
