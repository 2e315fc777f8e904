import type { MirrorState, StoredProblem } from '#shared/data/mirror-state.ts';
import { PROBLEMS, type ProblemSlug } from '#shared/http/problems.ts';
import { cleanText } from '#shared/kaggle/clean-text.ts';
import { KaggleError, type KaggleFailure } from '#shared/kaggle/kaggle-error.ts';
import { ArchiveError, VolumeError } from '#shared/storage/storage-errors.ts';

const MAX_DETAIL = 1_000;

export interface Failure {
  state: MirrorState;
  error: StoredProblem;
  /** Nothing to worry about: another run will do. */
  soft: boolean;
  /** A bug of ours, or the database: to be logged with its stack. */
  unexpected: boolean;
}

const KAGGLE: Record<KaggleFailure, [state: MirrorState, slug: ProblemSlug, hint: string]> = {
  unauthorized: [
    'failed',
    'kaggle-unauthorized',
    'Check KAGGLE_API_TOKEN, or KAGGLE_USERNAME and KAGGLE_KEY',
  ],
  forbidden: [
    'forbidden',
    'kaggle-forbidden',
    'The dataset may be private, require consent on its page, or not exist. Use the credentials of a user who can open it',
  ],
  gone: ['gone', 'kaggle-gone', 'Check the address. Versions mirrored earlier are kept'],
  replaced: [
    'gone',
    'upstream-replaced',
    'what was mirrored before is kept; POST /datasets/:id/syncs with {"accept_replacement": true} mirrors the new one',
  ],
  pending: [
    'pending_upstream',
    'kaggle-pending',
    'Kaggle may take a day to build the archive of a new version',
  ],
  'rate-limited': ['failed', 'kaggle-rate-limited', 'The next run resumes the sync'],
  unavailable: ['failed', 'kaggle-unavailable', 'The next run resumes the sync'],
  untrusted: ['failed', 'kaggle-untrusted', 'Add the host to KAGGLE_DOWNLOAD_HOSTS if it belongs to Kaggle'],
  refused: ['forbidden', 'pull-refused', 'Register the dataset to have it mirrored all the same'],
};

/** What a failed sync means for its mirror, and what people are told of it: causes of ours, never addresses or paths. */
export function toFailure(error: unknown): Failure {
  if (error instanceof KaggleError) {
    const [state, slug, hint] = KAGGLE[error.failure];
    return failure(state, slug, `${error.message}. ${hint}.`, error.failure === 'pending');
  }
  if (error instanceof ArchiveError)
    return failure(
      'failed',
      error.kind === 'refused' ? 'archive-refused' : 'archive-damaged',
      `${error.message}.`,
    );
  if (error instanceof VolumeError) {
    const full = error.kind === 'no-space';
    return failure(
      full ? 'no_space' : 'failed',
      full ? 'volume-full' : 'volume-unavailable',
      `${error.message}.`,
    );
  }
  return { ...failure('failed', 'sync-failed', 'The log of the job has the cause.'), unexpected: true };
}

function failure(state: MirrorState, slug: ProblemSlug, detail: string, soft = false): Failure {
  const [status, title] = PROBLEMS[slug];
  // It goes into the database, into answers and to terminals, whoever wrote it.
  const line = cleanText(detail, MAX_DETAIL).replace(/\p{Cc}+/gu, ' ');
  const text = `${line.charAt(0).toUpperCase()}${line.slice(1)}`;
  return {
    state,
    error: { type: `/problems/${slug}`, title, status, detail: text },
    soft,
    unexpected: false,
  };
}
