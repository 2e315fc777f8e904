/** What PostgreSQL and JSON hold of a text: without NUL and halves of surrogate pairs, at most `most` UTF-16 code units. */
export function cleanText(text: string, most: number): string {
  return text.slice(0, most).replace(/\0|\p{Surrogate}/gu, '');
}
