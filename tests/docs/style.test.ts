import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROBLEMS } from '#shared/http/problems.ts';
import { allDocuments, documentAt, PROJECT } from './blocks.ts';
import { phrasesIn } from './source-strings.ts';

const LONGEST = 35;
/** Records of their day, and pages that `npm run charts:generate` makes of the charts' schemas. */
const EXEMPT = /^(docs\/decisions|helm\/(charts|library|starters)|samples\/samples)\//;

const style = documentAt('docs/style.md').text;
const [, words = ''] = /## Words\n([\s\S]*?)\n## /.exec(style) ?? [];
const avoided = [...words.matchAll(/^\|([^|]*`[^|]*)\|/gm)].flatMap(([, cell = '']) =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word),
);
const AVOIDED = new RegExp(`\\b(?:${avoided.join('|')})\\b`, 'gi');
const avoidedIn = (text: string) => text.match(AVOIDED) ?? [];

const documents = allDocuments().filter(({ path }) => !EXEMPT.test(path) && path !== 'docs/style.md');

describe.for(documents)('$path', ({ text }) => {
  const prose = proseOf(text);

  it('avoids the words that docs/style.md replaces', () => {
    expect(avoidedIn(prose)).toEqual([]);
  });

  it(`has no sentence of more than ${LONGEST} words, and none joined by a semicolon`, () => {
    const sentences = paragraphsOf(prose).flatMap((paragraph) => paragraph.split(/(?<=[.!?:])\s+/));
    expect(sentences.filter((sentence) => sentence.split(/\s+/).length > LONGEST)).toEqual([]);
    expect(sentences.filter((sentence) => sentence.includes(';'))).toEqual([]);
  });
});

it('errors, logs and helps avoid the words that docs/style.md replaces', () => {
  const sources = globSync('{functions,shared,scripts}/**/*.ts', { cwd: PROJECT });
  expect(sources.length).toBeGreaterThan(100);
  const found = sources.flatMap((path) =>
    phrasesIn(path).flatMap((phrase) => avoidedIn(phrase).map((word) => ({ path, word, phrase }))),
  );
  expect(found).toEqual([]);
});

it.for(Object.entries(PROBLEMS))('the title of %s is 3 to 6 words without a full stop', ([, [, title]]) => {
  expect(title).toMatch(/^[A-Z][\w-]*( [\w-]+){2,5}$/);
});

it('README.md has at most 150 lines', () => {
  expect(documentAt('README.md').text.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
});

it('docs/README.md lists every page of docs, except for single decisions', () => {
  const { text } = documentAt('docs/README.md');
  const pages = allDocuments().filter(({ path }) => /^docs\/(?!decisions\/|README)/.test(path));
  expect(
    pages.map(({ path }) => path.slice('docs/'.length)).filter((page) => !text.includes(`(${page})`)),
  ).toEqual([]);
});

it('reads the list of words from docs/style.md', () => {
  expect(avoidedIn('Whoever asks is answered by comma.')).toEqual([
    'Whoever',
    'asks',
    'answered',
    'by comma',
  ]);
});

/** Without code, comments and addresses of links. */
function proseOf(text: string): string {
  return text
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .replaceAll(/`[^`\n]+`/g, '`code`')
    .replaceAll(/\]\([^)]*\)/g, ']');
}

/** Sentences are in paragraphs and lists; cells of tables are phrases. */
function paragraphsOf(prose: string): string[] {
  return prose
    .replaceAll(/^(\||#).*$/gm, '')
    .replaceAll(/^(\s*)([-*]|\d+\.) /gm, '\n')
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replaceAll(/\s+/g, ' ').trim())
    .filter((paragraph) => paragraph !== '');
}
