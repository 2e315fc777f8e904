import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { setInterval } from 'node:timers/promises';
import type { CommonQueryMethods } from 'slonik';
import { noteUse } from '#shared/data/pulls.ts';
import { leaseVersions } from '#shared/data/version-readers.ts';
import type { Logger } from '#shared/telemetry/logger.ts';

/** The mirror's volume, for handlers. */
export interface Volume {
  /** Where it is mounted; null when this process has none. */
  root: string | null;
  /** Keeps a version's files from being deleted until the stream, which is returned, is done. */
  hold<Stream extends Readable>(versionId: number, stream: Stream): Stream;
  /** Says that a version is read, by one who does not hold it here. */
  use(versionId: number): void;
}

declare module '#shared/http/dependencies.ts' {
  interface Dependencies {
    volume: Volume;
  }
}

/** Far less than the job waits between removing a version and deleting it, so that most downloads write nothing. */
const INTERVAL = 5_000;
/** A version's use is noted once in it. */
const USE = 3_600_000;

/**
 * Has the database know which versions this process reads, so that the mirror job does not delete them. What is
 * over within seconds needs no word: a version that left the catalogue just now stays longer than that.
 */
export function keepReaders(db: CommonQueryMethods, log: Pick<Logger, 'warn'>) {
  const reader = randomUUID();
  const streams = new Map<Readable, number>();
  const used = new Set<number>();
  const noted = new Map<number, number>();
  const use = (versionId: number) => {
    if (performance.now() - (noted.get(versionId) ?? Number.NEGATIVE_INFINITY) > USE) used.add(versionId);
  };
  const stop = new AbortController();
  void renewing();
  return {
    /** Holds a version until the stream is done or given up. */
    hold<Stream extends Readable>(versionId: number, stream: Stream): Stream {
      use(versionId);
      streams.set(stream, versionId);
      return stream.once('close', () => streams.delete(stream));
    },
    use,
    async close() {
      stop.abort();
      await note();
    },
  };

  async function note(): Promise<void> {
    const now = performance.now();
    for (const [id, at] of noted) if (now - at > USE) noted.delete(id);
    const ids = [...used];
    if (ids.length === 0) return;
    used.clear();
    for (const id of ids) noted.set(id, now);
    await noteUse(db, ids).catch((err) => {
      for (const id of ids) noted.delete(id);
      log.warn({ err }, 'that versions were read could not be noted');
    });
  }

  async function renewing(): Promise<void> {
    try {
      for await (const _ of setInterval(INTERVAL, undefined, { ref: false, signal: stop.signal })) {
        const held = [...new Set(streams.values())];
        if (held.length > 0)
          await leaseVersions(db, reader, held).catch((err) =>
            log.warn({ err }, 'versions that are being read could not be reported to the job'),
          );
        await note();
      }
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    }
  }
}
