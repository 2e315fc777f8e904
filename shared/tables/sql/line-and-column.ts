/** Of a position in a text, from 1; null where there is none. */
export function lineAndColumn(text: string, position: number | null, unit: 'bytes' | 'characters') {
  if (position === null || position < 0) return { line: null, column: null };
  const before =
    unit === 'bytes'
      ? Buffer.from(text).subarray(0, position).toString()
      : [...text].slice(0, position).join('');
  const lines = before.split('\n');
  return { line: lines.length, column: [...(lines.at(-1) ?? '')].length + 1 };
}
