import { gunzipSync } from 'node:zlib';
import type { OddArchive } from './odd-archive.ts';
import { pax, type RawTarMember, rawTarGz } from './raw-tar.ts';

const a: RawTarMember = { name: 'a.csv', content: '1,2\n' };
const A = { 'a.csv': '1,2\n' };
const LONG = `${'d'.repeat(60)}/${'f'.repeat(120)}`;
const GNU = 'ustar  \0';

const same = (what: string, members: RawTarMember[], expected: Record<string, string>): OddArchive => ({
  what,
  archive: rawTarGz(members),
  expected,
  kagglehub: 'same',
});
const nothing = (
  what: string,
  members: RawTarMember[],
  expected: OddArchive['expected'] = 'refused',
): OddArchive => ({ what, archive: rawTarGz(members), expected, kagglehub: 'nothing' });
const other = (
  what: string,
  why: string,
  members: RawTarMember[],
  expected: OddArchive['expected'] = 'refused',
): OddArchive => ({ what, archive: rawTarGz(members), expected, kagglehub: `other: ${why}` });

const TWICE = 'the last one wins, while others differ';
const CATALOGUE = 'the catalogue holds Unicode';
const BEHIND = 'it reads up to the first block of zeros: docs/decisions/2026-11-26-odd-archives.md';
const SPARSE = 'what is left out of such a file is nowhere read, and its name is elsewhere';

export const ODD_TARS: readonly OddArchive[] = [
  same(
    'an entry of the root: ./',
    [
      { name: './', type: '5' },
      { ...a, name: './a.csv' },
    ],
    A,
  ),
  same('an entry of the root: .', [{ name: '.', type: '5' }, a], A),
  same(
    'a folder without a slash',
    [
      { name: 'd', type: '5' },
      { name: 'd/a', content: 'x' },
    ],
    { 'd/a': 'x' },
  ),
  same(
    'a folder behind what is in it',
    [
      { name: 'd/a', content: 'x' },
      { name: 'd/', type: '5' },
    ],
    {
      'd/a': 'x',
    },
  ),
  same('a folder by its slash alone', [{ name: 'd/', magic: '', type: '\0' }, a], A),
  same('nothing in it', [], {}),
  same('an empty segment', [{ name: 'd//b', content: 'x' }], { 'd/b': 'x' }),
  same('a dot in the middle', [{ name: 'd/./b', content: 'x' }], { 'd/b': 'x' }),
  same('backslashes', [{ name: 'd\\b', content: 'x' }], { 'd\\b': 'x' }),
  same('control characters', [{ name: 'a\tb\n', content: 'x' }], { 'a\tb\n': 'x' }),
  same(
    'names that differ by case, or by their Unicode form',
    ['a', 'A', 'é', 'e\u0301'].map((name) => ({ name, content: name === 'a' ? 'x' : 'y' })),
    { a: 'x', A: 'y', é: 'y', 'e\u0301': 'y' },
  ),
  same('a header of before POSIX', [{ ...a, magic: '', type: '\0' }], A),
  same('a header of GNU', [{ ...a, magic: GNU }], A),
  same('a contiguous file', [{ ...a, type: '7' }], A),
  same('a prefix', [{ name: 'b', prefix: 'd/e', content: 'x' }], { 'd/e/b': 'x' }),
  same('a name of pax', pax({ path: LONG }, { name: 'cut', content: 'x' }), { [LONG]: 'x' }),
  same('a name of pax in Unicode', pax({ path: 'é/😀' }, { name: 'cut', content: 'x' }), { 'é/😀': 'x' }),
  same('a size of pax', pax({ size: '4' }, { ...a, size: 4 }), A),
  same('pax for all that follow', [{ name: 'pax', type: 'g', content: '20 comment=whatever\n' }, a], A),
  same(
    'a long name of GNU',
    [
      { name: '././@LongLink', type: 'L', content: `${LONG}\0`, magic: GNU },
      { name: LONG.slice(0, 99), content: 'x', magic: GNU },
    ],
    { [LONG]: 'x' },
  ),
  same('a hard link', [a, { name: 'd/b', type: '1', link: 'a.csv' }], { ...A, 'd/b': '1,2\n' }),
  same(
    'a hard link to a hard link',
    [a, { name: 'b', type: '1', link: 'a.csv' }, { name: 'c', type: '1', link: 'b' }],
    {
      ...A,
      b: '1,2\n',
      c: '1,2\n',
    },
  ),
  same('a hard link of pax', [a, ...pax({ linkpath: 'a.csv' }, { name: 'b', type: '1', link: 'cut' })], {
    ...A,
    b: '1,2\n',
  }),
  same(
    'a hard link to a dot',
    [
      { ...a, name: './a.csv' },
      { name: './b', type: '1', link: './a.csv' },
    ],
    {
      ...A,
      b: '1,2\n',
    },
  ),
  nothing('a hard link to what is not there', [a, { name: 'b', type: '1', link: 'c' }]),
  nothing('a hard link to what comes later', [{ name: 'b', type: '1', link: 'a.csv' }, a]),
  other('a hard link to a folder', 'it makes another folder', [
    { name: 'd', type: '5' },
    { name: 'b', type: '1', link: 'd' },
  ]),
  nothing('a hard link that leads up', [{ name: 'b', type: '1', link: '../../etc/passwd' }]),
  nothing('a hard link to an absolute path', [{ name: 'b', type: '1', link: '/etc/passwd' }]),
  nothing('a symbolic link that leads up', [{ name: 'b', type: '2', link: '../../etc/passwd' }]),
  other('a symbolic link', 'hostile: what follows would be written where it leads', [
    a,
    { name: 'b', type: '2', link: 'a.csv' },
  ]),
  nothing('a device', [{ name: 'b', type: '3' }]),
  nothing('a pipe', [{ name: 'b', type: '6' }]),
  nothing('a path that leads up', [{ name: '../b', content: 'x' }]),
  nothing('a folder that leads up', [{ name: '../d/', type: '5' }]),
  other('an absolute path', 'hostile: it takes off what makes the path absolute', [
    { name: '/b', content: 'x' },
  ]),
  other('a name twice', TWICE, [a, { ...a, content: '3\n' }]),
  other('a name in two spellings', TWICE, [a, { name: './a.csv', content: '3\n' }]),
  nothing('a file that is a folder', [a, { name: 'a.csv/b' }]),
  nothing('a folder that is a file', [{ name: 'd/b' }, { name: 'd' }]),
  nothing('a name that is too long', pax({ path: 'x'.repeat(256) }, { name: 'cut' })),
  other('a name that is no UTF-8', CATALOGUE, [{ name: Buffer.from([0x61, 0xff]), content: 'x' }]),
  other('a sparse file of GNU', SPARSE, [{ name: 'b', type: 'S', magic: GNU }]),
  other(
    'a sparse file of pax',
    SPARSE,
    pax(
      {
        'GNU.sparse.major': '1',
        'GNU.sparse.minor': '0',
        'GNU.sparse.name': 'b',
        'GNU.sparse.realsize': '4',
      },
      { name: 'GNUSparseFile.1/b', content: `${`1\n0\n4\n`.padEnd(512, '\0')}data` },
    ),
  ),
  nothing('a type that nobody knows', [{ ...a, type: 'Z' }]),
  {
    ...same('zeros behind the end', [a], A),
    archive: rawTarGz([a], Buffer.alloc(10_240)),
  },
  {
    ...other('bytes behind the end', BEHIND, [a], 'damaged'),
    archive: rawTarGz([a], Buffer.alloc(512, 'x')),
  },
  {
    ...other('another archive behind the end', BEHIND, [a], { ...A, b: 'x' }),
    archive: rawTarGz([a], gunzipSync(rawTarGz([{ name: 'b', content: 'x' }]))),
  },
];
