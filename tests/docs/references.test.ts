import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { documentsIn, PROJECT } from './blocks.ts';

const read = (path: string) => readFileSync(join(PROJECT, path), 'utf8');
const scripts = Object.keys(JSON.parse(read('package.json')).scripts);
const targets = [...read('knative/Makefile').matchAll(/^([a-z-]+):.*## /gm)].map(([, name]) => name);
const documents = ['docs', 'helm', 'knative', 'monitoring'].flatMap(documentsIn);
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found = '']) => found);
const PLACES =
  /(?<![\w./<-])((?:functions|shared|scripts|tests|helm|knative|monitoring|migrations|docs|docker|samples)\/[\w./-]*\w)/g;
/** Of what a reader makes with these commands. */
const MADE = /word-count|tidy-up|\.bak$/;

describe.for(documents)('$path', ({ path, text }) => {
  it('links to files, and to headings, that are there', () => {
    const links = all(text, /\]\((?!https?:)([^)\s]+)\)/g);
    const broken = links.filter((link) => {
      const [file = '', heading] = link.split('#');
      const target = file === '' ? path : join(dirname(path), file);
      if (!existsSync(join(PROJECT, target))) return true;
      return heading !== undefined && !anchorsOf(read(target)).includes(heading);
    });
    expect(broken).toEqual([]);
  });

  it('names files, scripts and make targets that are there', () => {
    const paths = all(text, PLACES).filter((name) => !MADE.test(name));
    expect(paths.filter((name) => !existsSync(join(PROJECT, name)))).toEqual([]);
    const named = all(text, /npm run (?:--silent )?([\w:-]+\w)/g);
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
    const made = all(text, /make (?:-s )?-C knative((?: [A-Z_]+=\S+)*(?: [a-z-]+)+)/g)
      .flatMap((words) => words.trim().split(' '))
      .filter((word) => !word.includes('=') && word !== 'help');
    expect(made.filter((name) => !targets.includes(name))).toEqual([]);
  });
});

describe('docs/runbooks/incident.md', () => {
  it('says what to do first at each alert, and names no other', () => {
    const { spec } = parse(read('monitoring/prometheus-rule.yaml'));
    const rules = spec.groups.flatMap((group: { rules: { alert?: string }[] }) => group.rules);
    const alerts = rules.flatMap(({ alert }: { alert?: string }) => alert ?? []);
    const named = all(read('docs/runbooks/incident.md'), /`(Kaggle[A-Z]\w+)`/g);
    expect([...new Set(named)].sort()).toEqual([...new Set(alerts)].sort());
  });
});

describe('docs/PRODUCTION_READINESS.md', () => {
  it('links each line to what proves it', () => {
    const lines = all(read('docs/PRODUCTION_READINESS.md'), /^- (\[.+)$/gm);
    expect(lines.length).toBeGreaterThan(20);
    const proof = /\]\((\.\.\/(tests|monitoring)|runbooks)\//;
    expect(lines.filter((line) => !proof.test(line))).toEqual([]);
  });
});

/** As GitHub makes them of headings. */
function anchorsOf(text: string): string[] {
  return all(text, /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
