import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './blocks.ts';

const TOKEN = /\/\*[\s\S]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;

/** The phrases of a TypeScript file that people may read: string literals of two words or more, without what is inserted. */
export function phrasesIn(path: string): string[] {
  return [...readFileSync(join(PROJECT, path), 'utf8').matchAll(TOKEN)]
    .map(([token]) => token)
    .filter((token) => !token.startsWith('/') && /[a-z] [a-z]/i.test(token))
    .map((token) => token.slice(1, -1).replaceAll(/\$\{[^}]*\}/g, '…'));
}
