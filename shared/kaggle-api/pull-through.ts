import { findPull, type Pull, requestPull } from '#shared/data/pulls.ts';
import { findSync } from '#shared/data/syncs.ts';
import type { PullWatch } from '#shared/data/watch-pulls.ts';
import type { Context } from '#shared/http/define-function.ts';
import { Problem, type ProblemSlug } from '#shared/http/problems.ts';
import { parseRef } from '#shared/kaggle/ref.ts';
import type { KaggleSource } from '#shared/kaggle/source-url.ts';
import type { Share } from './single-flight.ts';
import { progressOf } from './sync-progress.ts';

/** What brings datasets that are not here yet; null where nothing does. */
export interface PullService {
  allows(source: KaggleSource): boolean;
  watch: PullWatch;
  share: Share;
  /** Seconds that a client is held at most. */
  longestWait: number;
}

declare module '#shared/http/dependencies.ts' {
  interface Dependencies {
    pulls: PullService | null;
  }
}

type Request = Pick<
  Context<undefined, undefined, undefined>,
  'db' | 'pulls' | 'may' | 'countedAs' | 'headers' | 'signal' | 'wait'
>;

/** Which dataset a client asks for; the version is null for the newest. */
export interface Wanted {
  ownerSlug: string;
  datasetSlug: string;
  datasetVersionNumber?: number | null;
}

/** Datasets that wait for one caller at once. */
const MOST_WAITING = 20;
/** Seconds that a refusal of Kaggle is remembered. Failures of the network never are. */
const MEMORY = 60;
const MISSING = new Set<ProblemSlug>(['not-found', 'not-available', 'not-ready']);
const NETWORK = /\/(kaggle-unavailable|kaggle-rate-limited|sync-failed)$/;
const ABSENT = /\/(kaggle-gone|kaggle-forbidden|upstream-replaced)$/;

/**
 * What `respond` gives. When that fails because something is not here, and this caller may have it brought, the client
 * is held until it is, for `seconds` at most.
 * @throws {Problem} not-ready with the progress, not-available, pull-refused, rate-limited, and whatever `respond` throws
 */
export async function orPulled<Answer>(
  request: Request,
  wanted: Wanted,
  respond: () => Promise<Answer>,
  seconds = request.pulls?.longestWait ?? 0,
): Promise<Answer> {
  try {
    return await respond();
  } catch (error) {
    const missing = error instanceof Problem && MISSING.has(error.slug);
    if (!missing || !(await pull(request, wanted, seconds))) throw error;
    return respond();
  }
}

/** Whether something was brought, so that it is worth looking again. */
async function pull(context: Request, wanted: Wanted, seconds: number): Promise<boolean> {
  const { db, pulls, may, countedAs: caller, headers, signal } = context;
  const source = parseRef(`${wanted.ownerSlug}/${wanted.datasetSlug}`);
  if (!pulls || !source || !pulls.allows(source) || !may('write') || isOfAnotherSite(headers)) return false;
  const { ref } = source;
  const version = wanted.datasetVersionNumber ?? null;
  const end = performance.now() + seconds * 1_000;
  for (let requested = false; ; requested = true) {
    const now = await pulls.share(`find ${ref} ${version}`, () => findPull(db, ref, version));
    const left = end - performance.now();
    if (now?.owned || now?.ready || (now && isOver(now) && (requested || !mayHave(now, version))))
      return requested;
    if (now && isRefused(now)) throw await refusal(context, ref, now);
    if (requested && (left <= 0 || signal.aborted || !isGoingOn(now))) throw await refusal(context, ref, now);
    // A request that joins others writes nothing.
    const joins = now?.ended === null && (version === null || now.unseen);
    const request = { version, caller, most: MOST_WAITING };
    const admitted =
      joins ||
      (await pulls.share(`request ${ref} ${version} ${caller}`, () => requestPull(db, source, request)));
    if (!admitted)
      throw new Problem(
        'rate-limited',
        `${MOST_WAITING} datasets that you requested are on their way. Request ${ref} when one of them is here.`,
        { headers: { 'retry-after': '10' } },
      );
    await context.wait(pulls.watch.until({ ref, version }, left, signal));
  }
}

/** A page of another site makes a browser send a GET, which must not be enough to fill the volume. */
function isOfAnotherSite(headers: Request['headers']): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'none' && site !== 'same-origin';
}

/** Kaggle was looked at for all that is wanted, and has no more. */
function isOver({ sync_state, ended, unseen }: Pull): boolean {
  return sync_state === 'succeeded' && !unseen && ended !== null && ended < MEMORY;
}

/** Whether Kaggle may have a version that nobody requested yet. */
function mayHave({ upstream_version: newest }: Pull, version: number | null): boolean {
  return version !== null && (newest === null || version <= newest);
}

function isRefused({ sync_error: error, ended }: Pull): boolean {
  return error !== null && !NETWORK.test(error.type) && ended !== null && ended < MEMORY;
}

function isGoingOn(now: Pull | null): boolean {
  return now !== null && (now.ended === null || (now.sync_state === 'succeeded' && now.unseen));
}

async function refusal({ db }: Request, ref: string, pulled: Pull | null): Promise<Problem> {
  const error = pulled?.sync_error;
  if (error?.type.endsWith('/pull-refused')) return new Problem('pull-refused', error.detail);
  if (error && ABSENT.test(error.type))
    return new Problem('not-available', `This mirror could not get ${ref} from Kaggle. ${error.detail}`);
  const sync = pulled?.sync_id == null ? null : await findSync(db, pulled.sync_id);
  return new Problem(
    'not-ready',
    `This mirror is getting ${ref} from Kaggle: ${progressOf(sync)}. ${error ? `${error.detail} ` : ''}Run the same command again later.`,
    { headers: { 'retry-after': '10' } },
  );
}
