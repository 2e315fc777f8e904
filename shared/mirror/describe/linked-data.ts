/** A value of a property: a resource by its address, text, a text with a datatype, or a node described in its place. */
export type Value = { iri: string } | { text: string; type?: string } | Node;

/** A node of a graph; names of types and properties are `prefix:name`. Without an id it has no address. */
export interface Node {
  id?: string;
  types: readonly string[];
  properties: Readonly<Record<string, readonly Value[]>>;
}

export type Prefixes = Readonly<Record<string, string>>;

export function toJsonLd(node: Node): object {
  const properties = Object.entries(node.properties).filter(([, values]) => values.length > 0);
  return {
    ...(node.id !== undefined && { '@id': node.id }),
    '@type': node.types.length === 1 ? node.types[0] : node.types,
    ...Object.fromEntries(
      properties.map(([name, values]) => {
        const all = values.map(valueToJson);
        return [name, all.length === 1 ? all[0] : all];
      }),
    ),
  };
}

function valueToJson(value: Value): unknown {
  if ('types' in value) return toJsonLd(value);
  if ('iri' in value) return { '@id': escapeIri(value.iri) };
  return value.type === undefined ? value.text : { '@value': value.text, '@type': value.type };
}

export function turtlePrefixes(prefixes: Prefixes): string {
  return Object.entries(prefixes)
    .map(([name, address]) => `@prefix ${name}: <${address}> .\n`)
    .join('');
}

/** The node and those in it that have addresses, each as statements of its own. */
export function toTurtle(node: Node): string {
  const others: Node[] = [];
  const predicates = predicatesOf(node, others);
  return `\n${iri(node.id ?? '')} ${predicates} .\n${others.map(toTurtle).join('')}`;
}

function predicatesOf({ types, properties }: Node, others: Node[]): string {
  const said = Object.entries(properties).filter(([, values]) => values.length > 0);
  return [
    `a ${types.join(', ')}`,
    ...said.map(
      ([name, values]) => `${name} ${values.map((value) => valueToTurtle(value, others)).join(', ')}`,
    ),
  ].join(' ;\n  ');
}

function valueToTurtle(value: Value, others: Node[]): string {
  if ('types' in value) {
    if (value.id === undefined) return `[ ${predicatesOf(value, others)} ]`;
    others.push(value);
    return iri(value.id);
  }
  if ('iri' in value) return iri(value.iri);
  // A string of JSON is one of Turtle.
  const text = JSON.stringify(value.text);
  return value.type === undefined ? text : `${text}^^${value.type}`;
}

function iri(address: string): string {
  return `<${escapeIri(address)}>`;
}

/** What cannot stand in an IRI (Turtle, IRIREF). */
function escapeIri(address: string): string {
  return address.replace(/[\0- <>"{}|^`\\]/g, encodeURIComponent);
}
