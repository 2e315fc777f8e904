import DOMPurify from 'dompurify';
import mermaid from 'mermaid';
import { expect, it } from 'vitest';
import { documentAt, documentsIn } from './blocks.ts';

// Without a browser it is not complete. It cleans labels for a page, and there is none here.
Object.assign(DOMPurify, { addHook: () => {}, sanitize: (text: string) => text });

const documents = [
  ...['README.md', 'CONTRIBUTING.md'].map(documentAt),
  ...['docs', 'helm', 'knative', 'monitoring'].flatMap(documentsIn),
];
const diagrams = documents.flatMap(({ path, blocks }) =>
  blocks.filter(({ language }) => language === 'mermaid').map(({ line, code }) => ({ path, line, code })),
);

it.for(diagrams)('$path, line $line: is a diagram', async ({ code }) => {
  expect((await mermaid.parse(code)).diagramType).toBeTruthy();
});

it.for([
  'flowchart LR\n  a -->|calls b',
  'sequenceDiagram\n  A->>B: one; two->three',
  'erDiagram\n  a }o--| b',
])('refuses %j', async (code) => {
  await expect(mermaid.parse(code)).rejects.toThrow();
});
