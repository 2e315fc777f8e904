import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

export const PROJECT = resolve(import.meta.dirname, '../..');

/** A fenced block of a document, as CommonMark reads it (0.31, section 4.5). */
export interface Block {
  /** Of the opening fence, counted from 1. */
  line: number;
  /** First word of the info string. */
  language: string;
  /** Where its commands are run: `test=local,cluster` of the info string; `none` says that no test runs them. */
  runs: readonly string[];
  /** Why no test runs them: `why="…"` of the info string. */
  why: string | undefined;
  code: string;
  /** Lines that the output has to hold: of a `text` block right behind. */
  output: readonly string[];
}

export interface Document {
  /** Relative to the project. */
  path: string;
  text: string;
  blocks: readonly Block[];
}

/** Every Markdown file at the top of the project and below its folders of documents, decisions included. */
export function allDocuments(): Document[] {
  const top = readdirSync(PROJECT).filter((name) => name.endsWith('.md'));
  return [
    ...top.map(documentAt),
    ...['docs', 'helm', 'knative', 'monitoring', 'samples'].flatMap(documentsIn),
  ];
}

/** Every Markdown file below a folder of the project. */
export function documentsIn(folder: string): Document[] {
  return readdirSync(join(PROJECT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => relative(PROJECT, join(entry.parentPath, entry.name)))
    .sort()
    .map(documentAt);
}

export function documentAt(path: string): Document {
  const text = readFileSync(join(PROJECT, path), 'utf8');
  return { path, text, blocks: blocksOf(text) };
}

function blocksOf(text: string): Block[] {
  const lines = text.split('\n');
  const blocks: (Omit<Block, 'output'> & { output: string[] })[] = [];
  let previousEnd = -1;
  for (let at = 0; at < lines.length; at += 1) {
    const [, info] = /^```(.*)$/.exec(lines[at] ?? '') ?? [];
    if (info === undefined) continue;
    const end = lines.indexOf('```', at + 1);
    if (end < 0) throw new Error(`line ${at + 1}: the block is not closed`);
    const [language = '', ...attributes] = info.trim().split(/\s+/);
    const test = attributes.find((word) => word.startsWith('test='))?.slice('test='.length);
    const [, why] = /\bwhy="([^"]+)"/.exec(info) ?? [];
    const code = lines.slice(at + 1, end).join('\n');
    const directly = lines.slice(previousEnd + 1, at).every((line) => line.trim() === '');
    const last = blocks.at(-1);
    if (language === 'text' && last && directly) last.output.push(...code.split('\n'));
    blocks.push({ line: at + 1, language, runs: test?.split(',') ?? [], why, code, output: [] });
    previousEnd = end;
    at = end;
  }
  return blocks;
}
