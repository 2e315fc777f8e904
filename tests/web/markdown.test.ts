import { expect, it } from 'vitest';
import { renderMarkdown } from '#web/markdown.ts';

const levels = (text: string) =>
  [...(renderMarkdown(text)?.text ?? '').matchAll(/<h(\d)>/g)].map(([, n]) => n);

it.each([
  ['# a', '3'],
  ['#### a\n#### b', '33'],
  ['## a\n#### b\n## c\n### d\n#### e', '34345'],
  ['### a\n# b\n### c', '334'],
  ['# a\n## b\n### c\n#### d\n##### e\n###### f', '345666'],
])('sets the headings of %j below those of the page, and leaves no level out', (text, expected) => {
  expect(levels(text).join('')).toBe(expected);
});
