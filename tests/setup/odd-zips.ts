import { crc32 } from 'node:zlib';
import type { OddArchive } from './odd-archive.ts';
import { extraField, type RawEnd, type RawMember, rawZip } from './raw-zip.ts';
import { rawZip64 } from './raw-zip64.ts';

const a: RawMember = { name: 'a.csv', content: '1,2\n' };
const A = { 'a.csv': '1,2\n' };
/** From 0x80 on. */
const CP437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';
/** a's content. */
const BZIP2 = '425a68393141592653597453704900000158000010000430002000219a68334d173c5dc914e14241d14dc124';
const LZMA = '090405005d0000800000188b02a6c3694bfffffba5a000';
const FOLDER = 0o040755;
const END = Buffer.from('PK\x05\x06', 'latin1');
const SEVEN_PLUS = Buffer.from('PK\x03\x04 no archive', 'latin1');
const SHEBANG = Buffer.from('#!/bin/sh\nexec unpack\n');

function unicodePath(name: string, path: string, claims: { version?: number; crc?: number } = {}): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(claims.version ?? 1, 0);
  head.writeUInt32LE(claims.crc ?? crc32(name), 1);
  return extraField(0x7075, Buffer.concat([head, Buffer.from(path)]));
}

const same = (
  what: string,
  members: RawMember[],
  expected: Record<string, string>,
  end?: RawEnd,
): OddArchive => ({
  what,
  archive: rawZip(members, end),
  expected,
  kagglehub: 'same',
});
const nothing = (
  what: string,
  members: RawMember[],
  expected: OddArchive['expected'],
  end?: RawEnd,
): OddArchive => ({
  what,
  archive: rawZip(members, end),
  expected,
  kagglehub: 'nothing',
});
const other = (
  what: string,
  why: string,
  members: RawMember[],
  expected: OddArchive['expected'],
  end?: RawEnd,
): OddArchive => ({ what, archive: rawZip(members, end), expected, kagglehub: `other: ${why}` });

const LINKS = 'hostile: it writes where a link leads, or says that a link is a file';
const ABSOLUTE = 'hostile: it takes off what makes the path absolute';
const UP = 'hostile: it leaves out what leads up';
const METHODS = "Kaggle's archives are deflated, and Node has no such decompression";
const TWICE = 'the last one wins; unzip asks which';

const FOLDERS: OddArchive[] = [
  { ...same('an entry of the root: ./', [{ name: './' }, a], A), notIn: 12 },
  { ...same('an entry of the root: /', [{ name: '/' }, a], A), notIn: 12 },
  { ...same('an entry of the root: //', [{ name: '//' }, a], A), notIn: 12 },
  { ...same('an entry of the root: ././', [{ name: '././' }, a], A), notIn: 12 },
  same('a folder twice', [{ name: 'd/' }, { name: 'd/' }, { name: 'd/a', content: 'x' }], { 'd/a': 'x' }),
  same('a folder behind what is in it', [{ name: 'd/a', content: 'x' }, { name: 'd/' }], { 'd/a': 'x' }),
  same('a folder with content', [{ name: 'd/', content: 'ignored' }, a], A),
  same('a folder packed by an unknown method', [{ name: 'd/', method: 99 }, a], A),
  same('a folder that is encrypted', [{ name: 'd/', flags: 0x801 }, a], A),
  same('a folder whose name has several slashes', [{ name: 'd///' }, { name: 'd/a', content: 'x' }], {
    'd/a': 'x',
  }),
  same('a folder by name that is a file by type', [{ name: 'd/', mode: 0o100644 }, a], A),
  same('a folder by type alone', [{ name: 'd', mode: FOLDER }, a], { ...A, d: '' }),
  same('a folder by type alone, with content', [{ name: 'd', mode: FOLDER, content: 'x' }, a], {
    ...A,
    d: 'x',
  }),
  nothing(
    'a folder by type alone, and what is in it',
    [
      { name: 'd', mode: FOLDER },
      { name: 'd/a', content: 'x' },
    ],
    { 'd/a': 'x' },
  ),
  nothing(
    'a folder by type alone behind what is in it',
    [
      { name: 'd/a', content: 'x' },
      { name: 'd', mode: FOLDER },
    ],
    { 'd/a': 'x' },
  ),
  nothing(
    'a folder by type alone twice, as a folder and not',
    [{ name: 'd', mode: FOLDER }, { name: 'd/' }, a],
    A,
  ),
  nothing('the root by type alone', [{ name: '.', mode: FOLDER }, a], A),
];

const NAMES: OddArchive[] = [
  same('an empty segment', [{ name: 'd//b', content: 'x' }], { 'd/b': 'x' }),
  same('a dot in front', [{ name: './b', content: 'x' }], { b: 'x' }),
  same('a dot in the middle', [{ name: 'd/./b', content: 'x' }], { 'd/b': 'x' }),
  same(
    'dots in a name',
    [
      { name: '...', content: 'x' },
      { name: '..a/b..', content: 'y' },
    ],
    {
      '...': 'x',
      '..a/b..': 'y',
    },
  ),
  same(
    'backslashes',
    [
      { name: 'd\\b.csv', content: 'x' },
      { name: 'd/c\\e', content: 'y' },
    ],
    {
      'd\\b.csv': 'x',
      'd/c\\e': 'y',
    },
  ),
  same('a backslash at the end', [{ name: 'd\\', content: 'x' }], { 'd\\': 'x' }),
  same('backslashes, of MS-DOS', [{ name: 'd\\b.csv', content: 'x', system: 0 }], { 'd\\b.csv': 'x' }),
  same(
    'a colon',
    [
      { name: 'a:b', content: 'x' },
      { name: '12:30.txt', content: 'y' },
    ],
    {
      'a:b': 'x',
      '12:30.txt': 'y',
    },
  ),
  same(
    'what Windows does not like',
    [
      { name: 'con', content: 'x' },
      { name: 'a. ', content: 'y' },
    ],
    {
      con: 'x',
      'a. ': 'y',
    },
  ),
  same('spaces and control characters', [{ name: ' a\tb\nc\u001b ', content: 'x' }], {
    ' a\tb\nc\u001b ': 'x',
  }),
  same('control characters in code page 437', [{ name: '\u0001\t\u007f', content: 'x', flags: 0 }], {
    '\u0001\t\u007f': 'x',
  }),
  ...[0x80, 0xc0].map((from) =>
    same(
      `code page 437 from ${from} on`,
      [{ name: Buffer.from(Array.from({ length: 64 }, (_, index) => from + index)), content: 'x', flags: 0 }],
      { [CP437.slice(from - 0x80, from - 0x40)]: 'x' },
    ),
  ),
  same('UTF-8 that does not say so', [{ name: 'é', content: 'x', flags: 0 }], { '├⌐': 'x' }),
  same('UTF-8', [{ name: 'é/中/😀\u2028', content: 'x' }], { 'é/中/😀\u2028': 'x' }),
  same('a byte order mark', [{ name: '\ufeffa', content: 'x' }], { '\ufeffa': 'x' }),
  same(
    'names that differ by case',
    [
      { name: 'a', content: 'x' },
      { name: 'A', content: 'y' },
    ],
    {
      a: 'x',
      A: 'y',
    },
  ),
  same(
    'folders that differ by case',
    [
      { name: 'd/a', content: 'x' },
      { name: 'D/a', content: 'y' },
    ],
    {
      'd/a': 'x',
      'D/a': 'y',
    },
  ),
  same(
    'names that differ by their Unicode form',
    [
      { name: 'é', content: 'x' },
      { name: 'e\u0301', content: 'y' },
    ],
    {
      é: 'x',
      'e\u0301': 'y',
    },
  ),
  same('the longest name', [{ name: 'x'.repeat(255), content: 'x' }], { ['x'.repeat(255)]: 'x' }),
  nothing('a name that is too long', [{ name: 'x'.repeat(256) }], 'refused'),
  nothing('a name that is too long in bytes', [{ name: 'é'.repeat(128) }], 'refused'),
  nothing('UTF-8 that is none', [{ name: Buffer.from([0x61, 0xff]), content: 'x' }], 'refused'),
  nothing('no name', [{ name: '' }, a], 'refused'),
  nothing('a dot for a name', [{ name: '.', content: 'x' }], 'refused'),
  {
    ...same('a Unicode path', [{ ...a, name: 'b', extra: unicodePath('b', 'é') }], { é: '1,2\n' }),
    from: 12,
  },
  {
    ...same('a Unicode path beside UTF-8', [{ ...a, name: 'ö', extra: unicodePath('ö', 'é') }], {
      é: '1,2\n',
    }),
    from: 12,
  },
  same('a Unicode path of another name', [{ ...a, extra: unicodePath('b', 'é') }], A),
  same('a Unicode path of another version', [{ ...a, extra: unicodePath('a.csv', 'é', { version: 2 }) }], A),
  other('a Unicode path that leads up', UP, [{ ...a, extra: unicodePath('a.csv', '../é') }], 'refused'),
  other('an absolute path', ABSOLUTE, [{ name: '/d/b', content: 'x' }], 'refused'),
  other('an absolute folder', ABSOLUTE, [{ name: '/d/' }, a], 'refused'),
  other('a path that leads up', UP, [{ name: '../b', content: 'x' }], 'refused'),
  other('a path that leads up by backslashes', UP, [{ name: 'd\\..\\b', content: 'x' }], 'refused'),
  other('a folder that leads up', UP, [{ name: 'd/../' }, a], 'refused'),
  other('a drive', 'hostile: elsewhere it is absolute', [{ name: 'C:/b', content: 'x' }], 'refused'),
  other('a drive, with backslashes', 'hostile: elsewhere it is absolute', [{ name: 'C:\\b' }], 'refused'),
  other('another machine', 'hostile: elsewhere it is absolute', [{ name: '\\\\host\\b' }], 'refused'),
  other('NUL', 'hostile: it takes off what follows', [{ name: 'b\0c', content: 'x' }], 'refused'),
  other('a name twice', TWICE, [a, { ...a, content: '3\n' }], 'refused'),
  other('a name in two spellings', TWICE, [a, { name: './a.csv', content: '3\n' }], 'refused'),
  nothing('a file that is a folder', [{ name: 'a' }, { name: 'a/b' }], 'refused'),
  nothing('a folder that is a file', [{ name: 'a/b' }, { name: 'a' }], 'refused'),
  nothing('a folder by name that is a file', [{ name: 'a', content: 'x' }, { name: 'a/' }], 'refused'),
];

const AROUND: OddArchive[] = [
  same('nothing in it', [], {}),
  same('nothing but a folder', [{ name: 'd/' }], {}),
  same('a comment', [a], A, { comment: Buffer.from('a comment') }),
  same('the longest comment', [a], A, { comment: Buffer.alloc(65_535, 'c') }),
  same('a comment shorter than it says', [a], A, { comment: Buffer.from('c'), commentLength: 9 }),
  same('bytes in front, not counted', [a], A, { before: SHEBANG }),
  same('bytes in front, counted', [a], A, { counted: SHEBANG }),
  same('bytes in front that look like a member', [a], A, { before: SEVEN_PLUS }),
  same('bytes in front of nothing', [], {}, { before: SHEBANG }),
  same('a byte behind the end', [a], A, { behind: Buffer.alloc(1) }),
  same('a line behind the end', [a], A, { behind: Buffer.from('\n') }),
  same('many bytes behind the end', [a], A, { behind: Buffer.alloc(60_000) }),
  same('bytes behind a comment', [a], A, { comment: Buffer.from('c'), behind: Buffer.from('\r\n') }),
  nothing('too many bytes behind the end', [a], 'damaged', { behind: Buffer.alloc(70_000) }),
  nothing('the signature of an end as comment', [a], A, { comment: END }),
  nothing('the signature of an end in the comment', [a], A, {
    comment: Buffer.concat([Buffer.from('see '), END, Buffer.from(' for what that is, and so on and so on')]),
  }),
  nothing('nothing but signatures of an end as comment', [a], A, {
    comment: Buffer.concat(Array<Buffer>(16_000).fill(END)),
  }),
  nothing('nothing but ends without a directory as comment', [a], A, {
    comment: Buffer.concat(Array<Buffer>(2_900).fill(rawZip([], { size: 99 }))),
  }),
  nothing('the signature of an end behind the end', [a], A, {
    behind: Buffer.concat([END, Buffer.alloc(5)]),
  }),
  same('an archive behind an archive', [a], { b: 'x' }, { behind: rawZip([{ name: 'b', content: 'x' }]) }),
  same('an archive that is empty in the comment', [a], {}, { comment: rawZip([]) }),
  same(
    'file comments',
    [
      { ...a, comment: 'of a file' },
      { name: 'b', content: 'x', comment: 'PK\x01\x02' },
    ],
    {
      ...A,
      b: 'x',
    },
  ),
  same('a counter that is wrong by 65536', [a], A, { count: 1 }),
  other('more members than are counted', 'it does not count; unzip fails', [a, { name: 'b' }], 'damaged', {
    count: 1,
  }),
  other('fewer members than are counted', 'it does not count; unzip fails', [a], 'damaged', { count: 2 }),
  nothing('a directory longer than it is', [a], 'damaged', { size: 500 }),
  nothing('a directory shorter than it is', [a], 'damaged', { size: 20 }),
  nothing('a directory elsewhere', [a], 'damaged', { offset: 3 }),
  other('another disk', 'it does not look; unzip fails', [a], 'damaged', { disk: 3 }),
];

const MEMBERS: OddArchive[] = [
  same(
    'descriptors behind the content',
    [
      { ...a, descriptor: true },
      { ...a, name: 'b', method: 8, descriptor: true },
    ],
    {
      ...A,
      b: '1,2\n',
    },
  ),
  same(
    'extra fields, each its own in the local header',
    [
      {
        ...a,
        extra: extraField(0x5455, Buffer.from([1, 0, 0, 0, 0])),
        localExtra: extraField(0x9999, Buffer.alloc(900)),
      },
    ],
    A,
  ),
  same('padding behind the extra fields', [{ ...a, extra: Buffer.alloc(3), localExtra: Buffer.alloc(3) }], A),
  same('a Zip64 field that nothing asks for', [{ ...a, extra: extraField(1, Buffer.alloc(24, 1)) }], A),
  same('no permissions', [{ ...a, mode: 0 }], A),
  same('a mode of another system', [{ ...a, mode: 0o120777, system: 0 }], A),
  same('an empty deflated file', [{ name: 'b', method: 8 }], { b: '' }),
  same(
    'deflated bytes and more behind them',
    [{ name: 'b', content: '', method: 8, data: Buffer.from([3, 0, 9, 9, 9]) }],
    { b: '' },
  ),
  nothing('another name in the local header', [{ ...a, localName: 'b' }], A),
  nothing('an extra field longer than there is', [{ ...a, extra: Buffer.from([1, 0, 99, 0]) }], 'damaged'),
  nothing('a wrong checksum', [{ ...a, crc: 1 }], 'damaged'),
  nothing('an encrypted member', [{ ...a, flags: 0x801 }], 'refused'),
  nothing('a strongly encrypted member', [{ ...a, flags: 0x841 }], 'refused'),
  nothing('a patch', [{ ...a, flags: 0x820 }], 'refused'),
  nothing('deflate64', [{ ...a, method: 9 }], 'refused'),
  other('bzip2', METHODS, [{ ...a, method: 12, data: Buffer.from(BZIP2, 'hex') }], 'refused'),
  other('LZMA', METHODS, [{ ...a, method: 14, flags: 0x0802, data: Buffer.from(LZMA, 'hex') }], 'refused'),
  nothing('an unknown method', [{ ...a, method: 77 }], 'refused'),
  nothing('a header that is not there', [{ ...a, offset: 7 }], 'damaged'),
  other('a symbolic link', LINKS, [{ name: 'l', content: '/etc/passwd', mode: 0o120777 }], 'refused'),
  other('a device', LINKS, [{ name: 'l', mode: 0o020666 }], 'refused'),
];

const ZIP64: OddArchive[] = [
  {
    what: 'all of it in Zip64',
    archive: rawZip64([{ name: 'b', content: 'x' }]),
    expected: { b: 'x' },
    kagglehub: 'same',
  },
  { what: 'nothing in Zip64', archive: rawZip64([]), expected: {}, kagglehub: 'same' },
  {
    what: 'Zip64 behind other bytes',
    archive: Buffer.concat([SHEBANG, rawZip64([{ name: 'b', content: 'x' }])]),
    expected: { b: 'x' },
    kagglehub: 'same',
  },
  {
    what: 'Zip64 with bytes behind',
    archive: Buffer.concat([rawZip64([{ name: 'b', content: 'x' }]), Buffer.from('\n')]),
    expected: { b: 'x' },
    kagglehub: 'same',
  },
];

export const ODD_ZIPS: readonly OddArchive[] = [...FOLDERS, ...NAMES, ...AROUND, ...MEMBERS, ...ZIP64];
