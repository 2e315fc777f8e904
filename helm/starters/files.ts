import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { libraries } from '../schema/source.ts';
import type { Request } from './request.ts';

export const camel = (name: string): string =>
  name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** Path and content of what the starter makes. */
export function filesOf(
  { kind, name, mode, type, schedule }: Request,
  root: string,
): [path: string, content: string][] {
  const yaml = (path: string) => parse(readFileSync(join(root, path), 'utf8'));
  const words: Record<string, string> = {
    CHARTNAME: name,
    FUNCTION: camel(name),
    MODE: mode,
    TYPE: type,
    SCHEDULE: schedule,
    VERSION: yaml('package.json').version,
    KUBERNETES: yaml('helm/versions.yaml')['kubernetes-minimum'],
    ...Object.fromEntries(
      libraries.map((library) => [library, yaml(`helm/library/${library}/Chart.yaml`).version]),
    ),
  };
  const starter = join(root, 'helm/starters', kind);
  return globSync('**', { cwd: starter })
    .concat('chart/.helmignore')
    .filter((path) => statSync(join(starter, path)).isFile())
    .map((path) => {
      const text = readFileSync(join(starter, path), 'utf8');
      return [target(path, name), text.replaceAll(/<(\w+)>/g, (whole, word: string) => words[word] ?? whole)];
    });
}

function target(path: string, name: string): string {
  if (path.startsWith('chart/')) return path.replace('chart', `helm/charts/${name}`);
  if (path === 'code/test.ts.tmpl') return `tests/functions/${name}/${name}.test.ts`;
  return path
    .replace('code', `functions/${name}`)
    .replace('function.ts', `${name}.ts`)
    .replace(/\.tmpl$/, '');
}
