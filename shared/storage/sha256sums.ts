/** One line of SHA256SUMS, as GNU coreutils writes it: a name with a backslash, CR or LF is escaped, and the line says so. */
export function sumLine({ path, sha256 }: { path: string; sha256: string }): string {
  const escaped = path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `${escaped === path ? '' : '\\'}${sha256}  ${escaped}\n`;
}
