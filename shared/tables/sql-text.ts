/** A name as SQL quotes it. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL quotes it. For what is ours, such as paths: values of clients are bound. */
export function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
