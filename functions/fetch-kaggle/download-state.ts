import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Response } from '#shared/kaggle/http.ts';
import { readIfThere, writeDurably } from '#shared/storage/durable.ts';

/** What is being downloaded; kept beside it, so that another process can go on. The address is a secret for days. */
export interface DownloadState {
  /** Null when it was refused: a new one is asked for. */
  address: string | null;
  /** Strong, or null: then a download cannot be resumed. */
  etag: string | null;
  size: number | null;
  /** base64 */
  md5: string | null;
  crc32c: string | null;
}

const OWNER_ONLY = 0o600;

export async function readSource(dir: string): Promise<DownloadState | null> {
  const text = await readIfThere(join(dir, 'source.json'));
  try {
    return text === null ? null : (JSON.parse(text) as DownloadState);
  } catch {
    return null;
  }
}

export function writeSource(dir: string, source: DownloadState): Promise<void> {
  return writeDurably(join(dir, 'source.json'), [JSON.stringify(source)], OWNER_ONLY);
}

/** From here on the download begins anew. */
export async function forgetSource(dir: string): Promise<void> {
  for (const name of ['source.json', 'archive.part', 'archive']) await rm(join(dir, name), { force: true });
}

/** Reads the fields that describe an object of Google Cloud Storage. */
export function describeSource(address: string, { headers }: Response): DownloadState {
  const field = (name: string) => headers[name]?.toString() ?? null;
  const hash = (name: string) =>
    new RegExp(`(?:^|[,\\s])${name}=([A-Za-z0-9+/]+=*)`).exec(field('x-goog-hash') ?? '')?.[1] ?? null;
  const length = Number(field('content-length') ?? Number.NaN);
  const etag = field('etag');
  return {
    address,
    etag: etag?.startsWith('"') ? etag : null,
    size: Number.isSafeInteger(length) ? length : null,
    md5: hash('md5'),
    crc32c: hash('crc32c'),
  };
}
