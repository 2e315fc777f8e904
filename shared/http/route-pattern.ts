/** Turns a route's path into Fastify's: the rest of a path is an unnamed `*`, and a colon within a segment is `::`. */
export function toFastifyPath(path: string): string {
  return path.replace(/(?<!\/):/g, '::').replace(/\*\w+$/, '*');
}

/** Gives the rest of a path its name back. */
export function restNamer(path: string): (params: Record<string, unknown>) => Record<string, unknown> {
  const rest = /\*(\w+)$/.exec(path)?.[1];
  if (rest === undefined) return (params) => params;
  return ({ '*': value, ...others }) => ({ ...others, [rest]: value });
}

/** Matches the addresses that a route's path stands for. */
export function toRegExp(path: string): RegExp {
  return new RegExp(
    `^${path
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace(/(?<=\/):\w+/g, '[^/]+')
      .replace(/\*\w+$/, '.*')}$`,
  );
}
