/** Turns a function's path into Fastify's, where the rest of a path is an unnamed `*`. */
export function toFastifyPath(path: string): string {
  return path.replace(/\*\w+$/, '*');
}

/** Gives the rest of the path its name back. */
export function nameRest(path: string, params: Record<string, unknown>): Record<string, unknown> {
  const rest = /\*(\w+)$/.exec(path)?.[1];
  if (rest === undefined) return params;
  const { '*': value, ...others } = params;
  return { ...others, [rest]: value };
}

/** Matches the addresses that a function's path stands for. */
export function toRegExp(path: string): RegExp {
  return new RegExp(
    `^${path
      .replaceAll('.', '\\.')
      .replace(/:\w+/g, '[^/]+')
      .replace(/\*\w+$/, '.*')}$`,
  );
}
