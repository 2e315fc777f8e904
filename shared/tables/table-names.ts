import { tableFormatOf } from './table-format.ts';

export interface TableSource {
  path: string;
  part: string | null;
}

const MOST = 63;
/** Of the engine, as `duckdb_keywords()` lists them; a test compares. */
export const RESERVED = new Set(
  `all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create default
  deferrable desc describe distinct do else end except false fetch for foreign from group having in initially intersect
  into lambda lateral leading limit not null offset on only or order pivot pivot_longer pivot_wider placing primary
  qualify references returning select show some summarize symmetric table then to trailing true union unique unpivot
  using variadic when where window with`.split(/\s+/),
);
/** How much of its place a name tells: only the file's; with the extension; with all folders too. */
const LEVELS = 3;

/**
 * A name for each table of a version, in the order given: readable, unique, and the same for the same files. Those that
 * would be equal tell more of where they are from; what is equal even so is numbered by path.
 */
export function tableNames(sources: readonly TableSource[]): string[] {
  const levels = sources.map(() => 0);
  const nameAt = (index: number) => composeName(sources[index] as TableSource, levels[index] ?? 0);
  for (let raised = true; raised; ) {
    raised = false;
    for (const equal of groups(sources.map((_, index) => nameAt(index)))) {
      for (const index of equal) {
        if ((levels[index] ?? 0) + 1 >= LEVELS) continue;
        levels[index] = (levels[index] ?? 0) + 1;
        raised = true;
      }
    }
  }
  return numbered(
    sources,
    sources.map((_, index) => nameAt(index)),
  );
}

function composeName({ path, part }: TableSource, level: number): string {
  const folders = path.split('/').slice(0, -1);
  const { base = path, extension = '' } = tableFormatOf(path) ?? {};
  const words = [
    ...(level >= 2 ? folders : []),
    base,
    ...(part === null ? [] : [part]),
    ...(level >= 1 ? [extension] : []),
  ];
  const name = words
    .join('_')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_|_$/g, '');
  const needsPrefix = name === '' || /^\d|^v\d+$/.test(name) || RESERVED.has(name);
  return (needsPrefix ? `t_${name}` : name).slice(0, MOST);
}

/** The places of equal names, where there is more than one. */
function groups(names: readonly string[]): number[][] {
  const places = Map.groupBy(names.keys(), (index) => names[index]);
  return [...places.values()].filter((equal) => equal.length > 1);
}

function numbered(sources: readonly TableSource[], names: readonly string[]): string[] {
  const result = [...names];
  const taken = new Set(names);
  const place = ({ path, part }: TableSource) => `${path}\0${part ?? ''}`;
  for (const equal of groups(names)) {
    const byPath = equal.toSorted((a, b) =>
      place(sources[a] as TableSource) < place(sources[b] as TableSource) ? -1 : 1,
    );
    for (const index of byPath.slice(1)) {
      const name = names[index] ?? '';
      const candidates = Array.from({ length: taken.size + 1 }, (_, n) => withNumber(name, n + 2));
      const free = candidates.find((candidate) => !taken.has(candidate)) ?? name;
      taken.add(free);
      result[index] = free;
    }
  }
  return result;
}

function withNumber(name: string, number: number): string {
  return `${name.slice(0, MOST - `_${number}`.length)}_${number}`;
}
