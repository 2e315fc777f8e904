import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Options } from 'tsup';
import { nativePackage, needsNative } from './native-engine.ts';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];
/** Of esbuild's metafile: the sources of each output. */
type Outputs = Record<string, { inputs: object; imports: { path: string }[] }>;

export const NOTICES = 'THIRD_PARTY_LICENSES.txt';

const TEXT = /^(licen[cs]e|copying|notice)([-.]\w+)*(\.(md|txt|markdown))?$/i;
const CODE = /\.([cm]?[jt]s|json|map)$/;
const RULE = '='.repeat(100);

/**
 * Puts a THIRD_PARTY_LICENSES.txt beside the bundles of each folder that is built: the licence texts of the packages
 * whose code is in them, as most licences ask of whoever passes that code on.
 */
export function thirdPartyLicences(): Plugin {
  return {
    name: 'third-party-licences',
    setup(build) {
      build.initialOptions.metafile = true;
      build.onEnd(({ metafile }) => {
        for (const [folder, packages] of packagesByFolder(metafile?.outputs ?? {})) {
          mkdirSync(folder, { recursive: true });
          writeFileSync(join(folder, NOTICES), noticesOf(packages));
        }
      });
    },
  };
}

/** By folder of output, the folders of the packages that are in it. */
function packagesByFolder(outputs: Outputs): Map<string, Set<string>> {
  const folders = new Map<string, Set<string>>();
  for (const [output, { inputs, imports }] of Object.entries(outputs)) {
    const packages = folders.get(dirname(output)) ?? new Set();
    folders.set(dirname(output), packages);
    if (needsNative(imports)) packages.add(nativePackage());
    for (const folder of packagesOf(inputs)) packages.add(folder);
  }
  return folders;
}

/** The folders of the packages that sources are of. */
export function packagesOf(inputs: object): Set<string> {
  const folders = Object.keys(inputs).map((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]);
  return new Set(folders.filter((folder) => folder !== undefined));
}

/** Packages under the same text, word for word, share one entry. */
export function noticesOf(packages: Set<string>): string {
  const entries = new Map<string, string[]>();
  for (const folder of packages) {
    const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const files = readdirSync(folder).filter((file) => TEXT.test(file) && !CODE.test(file));
    const texts = files.toSorted().map((file) => readFileSync(join(folder, file), 'utf8').trim());
    const text = texts.join('\n\n') || fromReadme(folder) || withoutText(license, author);
    entries.set(text, [...(entries.get(text) ?? []), `${name}@${version} (${license})`]);
  }
  const written = [...entries].map(([text, names]) => `${names.toSorted().join('\n')}\n\n${text}\n`);
  return `The bundles in this folder contain code of these packages.\n\n${[...new Set(written)]
    .toSorted()
    .map((entry) => `${RULE}\n${entry}`)
    .join('\n')}`;
}

/** Some packages have their licence in the last section of their README and nowhere else. */
function fromReadme(folder: string): string | undefined {
  const file = readdirSync(folder).find((name) => /^readme\.(md|markdown)$/i.test(name));
  const text = file ? readFileSync(join(folder, file), 'utf8') : '';
  return /^(#+ *licen[cs]e\b|licen[cs]e\n-+$)[\s\S]*/im.exec(text)?.[0].trim();
}

function withoutText(license: string, author: string | { name?: string } | undefined): string {
  const who = typeof author === 'object' ? author.name : author;
  return `Under ${license}${who ? `, by ${who}` : ''}; the package carries no text of its licence.`;
}
