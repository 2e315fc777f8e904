import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WITH_SESSIONS } from '#scripts/docs/sessions.ts';
import { allDocuments, documentAt, documentsIn, PROJECT } from './blocks.ts';

/** Where the blocks of a document are run, if at all. */
const placesOf = (path: string) => {
  if (path.startsWith('docs/runbooks/')) return ['local', 'stopped', 'compose', 'cluster', 'none'];
  if (path === 'docs/ADDING_A_SERVICE.md') return ['generators', 'none'];
  return path === 'README.md' ? ['compose', 'none'] : ['none'];
};
/** Named in the tables of README.md and CONTRIBUTING.md, and run by no test. */
const WITHOUT_A_TEST: Record<string, string> = {
  test: 'runs this test',
  'test:watch': 'runs this test',
  check: 'is a step of CI',
  format: 'fixes what `check` finds',
  build: 'is a step of CI',
  'docs:generate': 'writes what tests/scripts/docs.test.ts compares',
  'migrate:create': 'is the watching half of `npm run dev`, which tests/scripts/dev.test.ts starts',
};
const shopWindow = ['README.md', 'CONTRIBUTING.md'].map(documentAt);
const runbooks = documentsIn('docs/runbooks');
/** The runbooks among them. */
const documents = allDocuments();

describe('the commands of a document', () => {
  it.for(documents)('$path: are run by a test, or their fence says why not', ({ path, blocks }) => {
    // What a console prints is compared by tests/scripts/docs.test.ts.
    const others = [
      'text',
      'mermaid',
      'yaml',
      'sql',
      'py',
      'r',
      ...(WITH_SESSIONS.includes(path) ? ['console'] : []),
    ];
    for (const { language, runs, why, line } of blocks.filter((block) => !others.includes(block.language))) {
      const where = `line ${line}`;
      expect(language, where).toBe('sh');
      expect(runs, where).not.toEqual([]);
      expect(
        runs.filter((place) => !placesOf(path).includes(place)),
        where,
      ).toEqual([]);
      expect(why !== undefined, where).toBe(runs.includes('none'));
    }
  });
});

/** Inline code that a reader would type: one of these programs, and something behind it. */
const TYPED = /^(?:[A-Z_]+=\S+ )*(?:k|kubectl|helm|kn|docker|npm|npx|make|curl|psql) \S/;
const inline = (text: string) =>
  [...text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);

describe('the commands in sentences and tables', () => {
  const blocks = [...runbooks, ...shopWindow].flatMap((document) => document.blocks);
  const isInBlock = (command: string) =>
    blocks.some(({ code }) => code.split(command).some((rest, at) => at > 0 && /^(\s|$)/.test(rest)));

  it.for(runbooks)('$path: are in a block, too', ({ text }) => {
    const typed = inline(text).filter((code) => TYPED.test(code));
    expect(typed.filter((command) => !isInBlock(command))).toEqual([]);
  });

  const scripts: Record<string, string> = JSON.parse(
    readFileSync(join(PROJECT, 'package.json'), 'utf8'),
  ).scripts;
  const sources = ['tests']
    .flatMap((folder) =>
      readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.ts'))
        .map((path) => join(folder, path)),
    )
    .filter((path) => path !== 'tests/docs/commands.test.ts');
  const tests = sources.map((path) => readFileSync(join(PROJECT, path), 'utf8'));
  const run = documents
    .flatMap((document) => document.blocks)
    .filter(({ language, runs }) => language === 'console' || (runs.length > 0 && !runs.includes('none')))
    .map(({ code }) => code)
    .join('\n');
  /** By `npm run NAME` of a block or a test, or by what that starts, with its argument. */
  const isRun = (name: string) => {
    const [, entry = '', argument] = /(\S+\.ts)(?: (\w+))?$/.exec(scripts[name] ?? '') ?? [];
    const byName = new RegExp(`npm (run (--silent )?)?${name}(?![\\w:-])`);
    return (
      byName.test(run) ||
      tests.some(
        (code) =>
          new RegExp(`'npm', \\[?'run', ('--silent', )?'${name}'`).test(code) ||
          (entry !== '' && code.includes(`'${entry}'`) && (!argument || code.includes(`'${argument}'`))),
      )
    );
  };

  it.for(shopWindow)('$path: each npm script is run by a test', ({ text }) => {
    const named = inline(text)
      .flatMap((code) => [...code.matchAll(/(?:npm (?:run (?:--silent )?)?|^)([a-z]+(?:[:-][a-z]+)*)/g)])
      .map(([, name = '']) => name)
      .filter((name) => name in scripts);
    expect(named.length).toBeGreaterThan(5);
    const left = named.filter((name) => !isRun(name) && !(name in WITHOUT_A_TEST));
    expect([...new Set(left)]).toEqual([]);
  });

  it('of make -C knative: help lists every target', () => {
    const makefile = readFileSync(join(PROJECT, 'knative/Makefile'), 'utf8');
    const targets = [...makefile.matchAll(/^([a-z-]+):.*## /gm)].map(([, name = '']) => name);
    const help = execFileSync('make', ['-s', '-C', 'knative', 'help'], { cwd: PROJECT, encoding: 'utf8' });
    expect(targets.length).toBeGreaterThan(10);
    expect(targets.filter((name) => !new RegExp(`^\\s*(make )?${name}\\b`, 'm').test(help))).toEqual([]);
  });
});
