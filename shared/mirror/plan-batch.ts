import type { Source } from '#shared/data/catalogue.ts';
import type { BatchUpdate, Match } from '#shared/data/dataset-batch.ts';
import { invalidInput } from '#shared/http/invalid-input.ts';
import { Problem } from '#shared/http/problems.ts';

/** A well-formed item of a batch. */
export interface BatchItem {
  /** Its place in the batch. */
  index: number;
  source: Source;
  name?: string | undefined;
  description?: string | null | undefined;
}

/** A dataset as it is to be; its id is null until it is added. */
export interface Entry {
  id: number | null;
  name: string;
  description: string | null;
}

export interface Step {
  index: number;
  outcome: 'created' | 'updated' | 'unchanged' | 'invalid';
  entry: Entry | null;
  problem: Problem | null;
}

export interface BatchPlan {
  steps: Step[];
  /** By the key of their source. */
  added: ReadonlyMap<string, { entry: Entry; source: Source }>;
  updates: readonly BatchUpdate[];
}

/** What becomes of each item, one after the other: a later one sees what an earlier one adds and changes. */
export function planBatch(items: readonly BatchItem[], matches: readonly Match[]): BatchPlan {
  const known = new Map<string, Entry[]>();
  for (const { id, name, description, ...match } of matches) {
    const entries = known.get(matchKey(match)) ?? [];
    known.set(matchKey(match), [...entries, { id, name, description }]);
  }
  const added = new Map<string, { entry: Entry; source: Source }>();
  const changed = new Set<Entry>();
  const steps = items.map(({ index, source, ...values }): Step => {
    const key = sourceKey(source);
    const entries = known.get(key) ?? [];
    const [entry] = entries;
    if (entries.length > 1)
      return { index, outcome: 'invalid', entry: null, problem: ambiguous(index, entries) };
    if (entry) {
      const { name = entry.name, description = entry.description } = values;
      if (name === entry.name && description === entry.description)
        return { index, outcome: 'unchanged', entry, problem: null };
      changed.add(Object.assign(entry, { name, description }));
      return { index, outcome: 'updated', entry, problem: null };
    }
    const name = values.name ?? source.kaggle?.ref;
    if (name === undefined) return { index, outcome: 'invalid', entry: null, problem: nameless(index) };
    const fresh = { id: null, name, description: values.description ?? null };
    known.set(key, [fresh]);
    added.set(key, { entry: fresh, source });
    return { index, outcome: 'created', entry: fresh, problem: null };
  });
  const updates = [...changed].flatMap(({ id, ...values }) => (id === null ? [] : [{ id, ...values }]));
  return { steps, added, updates };
}

/** What a dataset and an item of the same source have in common. */
export function matchKey(match: Pick<Match, 'source_url' | 'mirror_ref' | 'pinned_version'>): string {
  const { source_url, mirror_ref, pinned_version } = match;
  return JSON.stringify(mirror_ref === null ? source_url : [mirror_ref, pinned_version]);
}

function sourceKey({ source_url, kaggle }: Source): string {
  return matchKey({
    source_url,
    mirror_ref: kaggle?.ref ?? null,
    pinned_version: kaggle?.pinnedVersion ?? null,
  });
}

function ambiguous(index: number, entries: readonly Entry[]): Problem {
  const ids = entries.map(({ id }) => id).join(', ');
  const detail = `is that of several datasets, such as ${ids}. Change the one you mean by its id`;
  return new Problem('ambiguous', `source_url ${detail}.`, {
    errors: [{ pointer: `/datasets/${index}/source_url`, code: 'ambiguous', detail }],
  });
}

function nameless(index: number): Problem {
  const detail = 'is required for a source_url that does not name a Kaggle dataset';
  return invalidInput([{ pointer: `/datasets/${index}/name`, code: 'required', detail }]);
}
