/**
 * Names for columns as the file has them: normalized (NFC) and trimmed, `columnN` for none. What is equal ignoring case
 * gets the next number that is free.
 */
export function columnNames(originals: readonly (string | null)[]): string[] {
  const clean = originals.map((original, index) => original?.normalize('NFC').trim() || `column${index}`);
  // A name that stands in the file itself is not taken by one that was made up.
  const written = new Set(clean.map(fold));
  // The engine's own name for a row's position.
  const taken = new Set(['file_row_number']);
  return clean.map((name) => {
    let free = name;
    for (let number = 1; taken.has(fold(free)) || (number > 1 && written.has(fold(free))); number++)
      free = `${name}_${number}`;
    taken.add(fold(free));
    return free;
  });
}

function fold(name: string): string {
  return name.toLowerCase();
}
