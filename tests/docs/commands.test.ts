import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documentAt, documentsIn, PROJECT } from './blocks.ts';

const WHY_NOT = /^(<!-- )?Not executed by a test: \S.*\.( -->)?$/;
/** Where the blocks of a document are run, if at all. */
const placesOf = (path: string) => {
  if (path.startsWith('docs/runbooks/')) return ['local', 'stopped', 'compose', 'cluster', 'none'];
  if (path === 'docs/ADDING_A_SERVICE.md') return ['generators', 'none'];
  return path === 'README.md' ? ['compose', 'none'] : ['none'];
};
const shopWindow = ['README.md', 'CONTRIBUTING.md'].map(documentAt);
const runbooks = documentsIn('docs/runbooks');
/** The runbooks among them. */
const documents = [...shopWindow, ...['docs', 'helm', 'knative', 'monitoring'].flatMap(documentsIn)];

describe('the commands of a document', () => {
  it.for(documents)('$path: are run by a test, or say why not', ({ path, blocks }) => {
    // What a console prints is compared by tests/scripts/readme.test.ts.
    const others = ['text', 'mermaid', 'yaml', 'sql', ...(path === 'README.md' ? ['console'] : [])];
    for (const { language, runs, before, line } of blocks.filter(
      (block) => !others.includes(block.language),
    )) {
      const where = `line ${line}`;
      expect(language, where).toBe('sh');
      expect(runs, where).not.toEqual([]);
      expect(
        runs.filter((place) => !placesOf(path).includes(place)),
        where,
      ).toEqual([]);
      expect(WHY_NOT.test(before), where).toBe(runs.includes('none'));
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

  it.for(runbooks)('$path: are in a block, too, which is run or says why not', ({ text }) => {
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
  const run = [...runbooks, ...documents]
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

  it.for(shopWindow)('$path: each npm script is run by a test, or says why not', ({ text }) => {
    const named = inline(text)
      .flatMap((code) => [...code.matchAll(/(?:npm (?:run (?:--silent )?)?|^)([a-z]+(?:[:-][a-z]+)*)/g)])
      .map(([, name = '']) => name)
      .filter((name) => name in scripts);
    const excused = [...text.matchAll(/^<!-- Not executed by a test: .*-->$/gm)].join('\n');
    expect(named.length).toBeGreaterThan(5);
    const left = named.filter((name) => !isRun(name) && !excused.includes(`npm run ${name}\``));
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
