import { expect, it } from 'vitest';
import { allDocuments } from './blocks.ts';

const NODE = String.raw`\w+(?:\(\[.*\]\)|\[\(.*\)\]|\[.*\])?`;
const ARROW = String.raw`(?:-->|-\.->)(?:\|[^|]+\|)?`;
/** The part of Mermaid's grammar that the documents use, line by line: a page shows an error instead of a diagram otherwise. */
const LINES: Record<string, RegExp> = {
  flowchart: new RegExp(`^(?:${NODE}(?: ${ARROW} ${NODE})*|subgraph \\w+ \\[[^\\]]+\\]|end)$`),
  sequenceDiagram:
    /^(?:participant \w+ as [^;#]+|\w+--?>>\w+: [^;#]+|Note over \w+: [^;#]+|loop [^;#]+|end)$/,
  erDiagram: /^\w+(?: [|}][|o]--[|o][|{] \w+ : (?:\w+|"[^"]+"))?$/,
};
const diagrams = allDocuments().flatMap(({ path, blocks }) =>
  blocks.filter(({ language }) => language === 'mermaid').map(({ line, code }) => ({ path, line, code })),
);

it.for(diagrams)('$path, line $line: is a diagram', ({ code }) => expect(wrongIn(code)).toEqual([]));

it.for([
  'flowchart LR\n  a -->|calls b',
  'flowchart LR\n  a --> b(c)',
  'sequenceDiagram\n  A->>B: one; two->three',
  'erDiagram\n  a }o--| b',
  'flow LR\n  a --> b',
])('refuses %j', (code) => expect(wrongIn(code)).not.toEqual([]));

function wrongIn(code: string): string[] {
  const [head = '', ...lines] = code.split('\n').map((line) => line.trim());
  const grammar = LINES[/^(?:flowchart (?=(?:LR|TB)$))?\w+/.exec(head)?.[0]?.split(' ')[0] ?? ''];
  return grammar ? lines.filter((line) => !grammar.test(line)) : [head];
}
