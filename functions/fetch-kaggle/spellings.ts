import { parseSourceUrl } from '#shared/kaggle/source-url.ts';
import type { Upstream } from '#shared/kaggle/upstream.ts';
import { showSpelling } from '#shared/storage/spelling.ts';
import type { MirrorTask } from './run.ts';

/** Makes kagglehub find the dataset as Kaggle spells it, and as each address has it that was registered. */
export async function showSpellings(
  { run, claim }: MirrorTask,
  upstream: Upstream,
  addresses: readonly string[],
): Promise<void> {
  const registered = addresses.flatMap((address) => parseSourceUrl(address)?.spelling ?? []);
  for (const spelling of new Set([upstream.spelling, ...registered])) {
    if (spelling.toLowerCase() !== claim.ref) continue;
    // Without it the lower case is found: no reason for a sync to fail.
    await showSpelling(run.config.KAGGLE_DATA_ROOT, claim, spelling).catch((error: NodeJS.ErrnoException) =>
      run.log.warn(
        { ref: claim.ref, spelling, code: error.code },
        'the volume takes no link: kagglehub finds this spelling in lower case only',
      ),
    );
  }
}
