/** A part of a parsed query, as `json_serialize_sql` writes it. */
export type Node = { readonly [name: string]: unknown };

/** What may not run, or would be too much in any case. */
export class QueryRefusal extends Error {
  readonly kind: 'refused' | 'too-expensive';
  /** In bytes of the text. */
  readonly position: number | null;

  constructor(detail: string, position: number | null, kind: QueryRefusal['kind'] = 'refused') {
    super(detail);
    this.kind = kind;
    this.position = position;
  }
}

/** What the engine writes for a part that has no place of its own is beyond all texts. */
const NOWHERE = 2 ** 63;

export function placeOf({ query_location: at }: Node): number | null {
  return typeof at === 'number' && at < NOWHERE ? at : null;
}

/** The engine's name of a kind of part, for people. */
export function spoken(name: string): string {
  return name.replaceAll('_', ' ');
}

/** A name of a client's. */
export function shown(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}
