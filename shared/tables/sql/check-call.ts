import {
  FUNCTIONS,
  OPERATORS,
  SIZED_FUNCTIONS,
  TABLE_FUNCTIONS,
  VOLATILE_FUNCTIONS,
} from './allowed-functions.ts';
import { type Node, placeOf, QueryRefusal, shown } from './query-refusal.ts';

/** Of an argument that says how large a result is. */
const LARGEST = 1_000_000;
const WIDE = /\d{5,}/;

/** @throws {QueryRefusal} */
export function checkTableFunction(node: Node): void {
  const name = nameOf(node);
  if (node.class !== 'FUNCTION' || !isOurs(node) || !TABLE_FUNCTIONS.has(name))
    throw new QueryRefusal(
      `The table function ${shown(name)} is not allowed: there are ${[...TABLE_FUNCTIONS].join(', ')}.`,
      placeOf(node),
    );
}

/** A function, an operator, an aggregate or a window's. @throws {QueryRefusal} */
export function checkCall(node: Node): { volatile: boolean } {
  const name = nameOf(node);
  if (!isOurs(node) || !(FUNCTIONS.has(name) || OPERATORS.has(name)))
    throw new QueryRefusal(`The function ${shown(name)} is not allowed.`, placeOf(node));
  const constants = ((node.children ?? []) as Node[]).map(constantOf);
  if (SIZED_FUNCTIONS.has(name) && constants.some((value) => Math.abs(Number(value)) > LARGEST))
    throw new QueryRefusal(`An argument of ${name} is more than ${LARGEST}.`, placeOf(node), 'too-expensive');
  if ((name === 'printf' || name === 'format') && WIDE.test(String(constants[0])))
    throw new QueryRefusal(`The width in ${name} is too large.`, placeOf(node), 'too-expensive');
  return { volatile: VOLATILE_FUNCTIONS.has(name) };
}

/** Of the engine's own schema, which is where those that are allowed are. */
function isOurs({ schema = '', catalog = '' }: Node): boolean {
  return ['', 'main'].includes(String(schema)) && ['', 'system'].includes(String(catalog));
}

function nameOf(node: Node): string {
  return String(node.function_name).toLowerCase();
}

/** Also of a number with a sign or a cast; undefined where it is not known before the query runs. */
function constantOf(node: Node): unknown {
  if (node.class === 'CAST') return constantOf(node.child as Node);
  if (node.class === 'FUNCTION' && node.function_name === '-')
    return constantOf((node.children as Node[]).at(-1) as Node);
  if (node.class !== 'CONSTANT') return undefined;
  const { value, type } = node.value as { value?: unknown; type?: DecimalType };
  const digits = type?.id === 'DECIMAL' ? 10 ** (type.type_info?.scale ?? 0) : 1;
  return typeof value === 'number' ? value / digits : value;
}

interface DecimalType {
  id: string;
  type_info?: { scale?: number };
}
