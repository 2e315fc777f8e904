import { crc32 } from 'node:zlib';
import { ArchiveError } from '#shared/storage/storage-errors.ts';
import type { ZipEntry } from './zip-entry.ts';

/** From 0x80 on; what is below is ASCII, control characters included. */
const CP437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';
const UTF8 = 0x0800;
const UNICODE_PATH = 0x7075;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A name in a zip archive: UTF-8 where a flag says so (APPNOTE appendix D), code page 437 otherwise, unless Info-ZIP's
 * field has the path in Unicode and belongs to this name (APPNOTE 4.6.9).
 * @throws {ArchiveError}
 */
export function zipName({ name, flags, extra }: ZipEntry): string {
  for (const { id, data } of extra)
    if (id === UNICODE_PATH && data.length > 5 && data[0] === 1 && data.readUInt32LE(1) === crc32(name))
      return decodeUtf8(data.subarray(5));
  return flags & UTF8 ? decodeUtf8(name) : decodeCp437(name);
}

/** @throws {ArchiveError} for a name that the catalogue cannot hold */
export function decodeUtf8(name: Buffer): string {
  try {
    return utf8.decode(name);
  } catch {
    throw new ArchiveError(
      'refused',
      `the archive has a member ${JSON.stringify(name.toString('latin1', 0, 200))}, whose name is not Unicode`,
    );
  }
}

function decodeCp437(name: Buffer): string {
  return name.toString('latin1').replace(/[\x80-\xff]/g, (one) => CP437[one.charCodeAt(0) - 0x80] ?? one);
}
