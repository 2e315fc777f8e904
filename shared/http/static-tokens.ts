import { hash, timingSafeEqual } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { parseTokenEntries, type TokenEntry } from '#shared/config/api-tokens.ts';
import type { Logger } from '#shared/telemetry/logger.ts';

const CHECK_EVERY = 1_000;

/** The entry of a token, comparing all of them in constant time; undefined when there is none. */
export function findToken(entries: readonly TokenEntry[], token: string): TokenEntry | undefined {
  const digest = hash('sha256', token, 'buffer');
  return entries.filter((entry) => timingSafeEqual(entry.digest, digest))[0];
}

/**
 * The entries of a file, read again when it changes: secrets are rotated by replacing it. A version of it that
 * cannot be read is logged, and the last good one stays.
 * @throws when it cannot be read the first time
 */
export function watchTokenFile(
  file: string,
  log: Pick<Logger, 'error' | 'info'>,
): () => readonly TokenEntry[] {
  let seen = versionOf(file);
  let entries = parseTokenEntries(readFileSync(file, 'utf8'));
  let checked = Date.now();
  return () => {
    if (Date.now() - checked < CHECK_EVERY) return entries;
    checked = Date.now();
    try {
      const version = versionOf(file);
      if (version !== seen) {
        entries = parseTokenEntries(readFileSync(file, 'utf8'));
        seen = version;
        log.info({ tokens: entries.length }, 'API_TOKENS_FILE reloaded');
      }
    } catch (err) {
      log.error({ err }, 'API_TOKENS_FILE cannot be read, the previous tokens stay valid');
    }
    return entries;
  };
}

/** A mounted Secret changes by a symbolic link: inode and time are those of the file behind it. */
function versionOf(file: string): string {
  const { ino, mtimeMs, size } = statSync(file);
  return `${ino} ${mtimeMs} ${size}`;
}
