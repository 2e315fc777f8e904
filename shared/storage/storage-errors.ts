/** An archive that is damaged, or that tries to be where it has no business: nothing of it is kept. */
export class ArchiveError extends Error {
  /** `damaged`: downloading it again may help; `refused`: it never will. */
  readonly kind: 'damaged' | 'refused';

  constructor(kind: 'damaged' | 'refused', message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'ArchiveError';
    this.kind = kind;
  }
}

/** The volume cannot be used: full, read-only, not there, or not holding what the catalogue says. */
export class VolumeError extends Error {
  readonly kind: 'no-space' | 'unusable';

  constructor(kind: 'no-space' | 'unusable', message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'VolumeError';
    this.kind = kind;
  }
}

const NO_SPACE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const UNUSABLE = new Set(['EROFS', 'EACCES', 'EPERM', 'EIO', 'ESTALE', 'ENOTCONN', 'ENODEV', 'ENXIO']);
const LOST = new Set(['ENOENT', 'ENOTDIR']);

/** Turns an error of the file system into what it means for the volume; all others stay as they are. */
export function toVolumeError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (NO_SPACE.has(code))
    return new VolumeError('no-space', `the volume is full (${code})`, { cause: error });
  if (UNUSABLE.has(code))
    return new VolumeError('unusable', `the volume cannot be used (${code})`, { cause: error });
  if (LOST.has(code))
    return new VolumeError(
      'unusable',
      `files are missing on the volume (${code}). Check that it is mounted`,
      { cause: error },
    );
  return error;
}
