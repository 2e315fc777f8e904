import { ConfigError } from '#shared/config/load-config.ts';
import { StartError } from './start-error.ts';

const BY_CODE: Record<
  string,
  (error: NodeJS.ErrnoException & { port?: number; address?: string }) => string
> = {
  EADDRINUSE: ({ port }) =>
    `Port ${port} is taken by another program. Set PORT to another one: PORT=3001 npm start.`,
  EADDRNOTAVAIL: ({ address }) =>
    `HOST is ${address}, which is no address of this machine. Set HOST to one, such as 127.0.0.1.`,
  EMFILE: () => 'Too many files are open (ulimit -n). Raise the limit to 1024 or more, then start again.',
  ENFILE: () => 'Too many files are open on this machine. Close some programs, then start again.',
  ENOSPC: ({ path }) =>
    `There is no space left${on(path)}. Free some space, or set DATA_DIR to another volume.`,
  EDQUOT: ({ path }) =>
    `The disk quota is used up${on(path)}. Free some space, or set DATA_DIR to another volume.`,
  EROFS: ({ path }) =>
    `${path} cannot be written: its file system is read-only. Set DATA_DIR to a folder that can be written.`,
  EACCES: ({ path, syscall, port }) =>
    syscall === 'listen'
      ? `Port ${port} needs the rights of root. Set PORT to one above 1023.`
      : `This user may not use ${path}. Set DATA_DIR to a folder of the user who starts this.`,
};
/** Of DATABASE_URL, by SQLSTATE or by what its network said. */
const BY_DATABASE: Record<string, string> = {
  '28P01': 'refuses the password',
  '28000': 'refuses the user',
  '3D000': 'does not exist',
  '42501': 'does not let its user make tables',
};

/** What went wrong, in a sentence that says what to do; with its stack when nobody foresaw it. */
export function explain(error: unknown): string {
  if (error instanceof StartError || error instanceof ConfigError) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = BY_CODE[code];
  if (known) return known(error as NodeJS.ErrnoException);
  if (process.env.DATABASE_URL) {
    if (BY_DATABASE[code]) return `The database of DATABASE_URL ${BY_DATABASE[code]}. Correct DATABASE_URL.`;
    if (/^E[A-Z_]+$/.test(code) && (error as NodeJS.ErrnoException).syscall)
      return `The database of DATABASE_URL cannot be reached (${code}). Is it running, and is the address right?`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function on(path: string | undefined): string {
  return path === undefined ? '' : ` for ${path}`;
}
