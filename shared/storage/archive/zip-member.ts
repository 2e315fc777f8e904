/** A file in a zip archive, as its central directory has it, checked. */
export interface ZipMember {
  path: string;
  /** Of its local header. */
  offset: number;
  /** What the local header takes at least. */
  headerSize: number;
  packed: number;
  size: number;
  crc32: number;
  deflated: boolean;
  /** Where its bytes have to end: the next member begins there, or the directory. */
  end: number;
}
