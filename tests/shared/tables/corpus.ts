import { gzipSync } from 'node:zlib';

export interface Case {
  /** Its title, and its file's name before the `/`. */
  file: string;
  why: string;
  content: string | Buffer;
  /** `name:type`, with `?` where there are nulls. */
  columns?: string[];
  /** As JSON shows them. */
  rows?: unknown[][];
  /** Instead: how it fails, and what it says. */
  fails?: [failure: string, detail: RegExp];
}

const many = (count: number, row: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => row(i)).join('');

/** Files that have broken converters, or that were read as what they are not. */
export const CORPUS: Case[] = [
  {
    file: 'a.csv',
    why: 'plain',
    content: 'id,name\n1,ann\n2,bob\n',
    columns: ['id:int64', 'name:text'],
    rows: [
      [1, 'ann'],
      [2, 'bob'],
    ],
  },
  {
    file: 'a.csv',
    why: 'without a newline at its end',
    content: 'id,name\n1,ann\n2,bob',
    columns: ['id:int64', 'name:text'],
    rows: [
      [1, 'ann'],
      [2, 'bob'],
    ],
  },
  {
    file: 'a.csv',
    why: 'Windows line ends',
    content: 'id,name\r\n1,ann\r\n2,bob\r\n',
    columns: ['id:int64', 'name:text'],
    rows: [
      [1, 'ann'],
      [2, 'bob'],
    ],
  },
  {
    file: 'a.csv',
    why: 'old Mac line ends',
    content: 'id,name\r1,ann\r2,bob\r',
    columns: ['id:int64', 'name:text'],
    rows: [
      [1, 'ann'],
      [2, 'bob'],
    ],
  },
  {
    file: 'a.csv',
    why: 'a byte order mark',
    content: '\ufeffid,name\n1,ann\n',
    columns: ['id:int64', 'name:text'],
    rows: [[1, 'ann']],
  },
  {
    file: 'a.csv',
    why: 'UTF-16 with a mark',
    content: Buffer.from('\ufeffid,name\n1,änn\n', 'utf16le'),
    columns: ['id:int64', 'name:text'],
    rows: [[1, 'änn']],
  },
  {
    file: 'a.csv',
    why: 'no UTF-8',
    content: Buffer.from('id,name\n1,J\xfcrgen \x80\n', 'latin1'),
    columns: ['id:int64', 'name:text'],
    rows: [[1, 'Jürgen €']],
  },
  {
    file: 'a.csv',
    why: 'leading zeros',
    content: 'zip\n00123\n90210\n',
    columns: ['zip:text'],
    rows: [['00123'], ['90210']],
  },
  {
    file: 'a.csv',
    why: 'a plus sign',
    content: 'n,m\n+1,1\n2,2\n',
    columns: ['n:text', 'm:int64'],
    rows: [
      ['+1', 1],
      ['2', 2],
    ],
  },
  {
    file: 'a.csv',
    why: 'the largest int64 and one more',
    content: 'a,b\n9223372036854775807,9223372036854775808\n-9223372036854775808,1\n',
    columns: ['a:int64', 'b:decimal(38,0)'],
    rows: [
      ['9223372036854775807', '9223372036854775808'],
      ['-9223372036854775808', '1'],
    ],
  },
  {
    file: 'a.csv',
    why: 'integers of forty digits',
    content: `n\n${'1'.repeat(40)}\n2\n`,
    columns: ['n:text'],
    rows: [['1'.repeat(40)], ['2']],
  },
  {
    file: 'a.csv',
    why: 'more digits than a double keeps',
    content: 'x\n12345678901234567.89\n1.5\n',
    columns: ['x:text'],
    rows: [['12345678901234567.89'], ['1.5']],
  },
  {
    file: 'a.csv',
    why: 'fifteen digits and a tail of zeros',
    content: 'x\n123456789012.345\n1.10\n',
    columns: ['x:double'],
    rows: [[123456789012.345], [1.1]],
  },
  {
    file: 'a.csv',
    why: 'exponents, within and beyond',
    content: 'x,y,z\n1e5,1e400,1e-400\n-2.5E-3,1,1\n',
    columns: ['x:double', 'y:text', 'z:text'],
    rows: [
      [100000, '1e400', '1e-400'],
      [-0.0025, '1', '1'],
    ],
  },
  {
    file: 'a.csv',
    why: 'NaN and infinities',
    content: 'x\nnan\n1.5\ninf\n',
    columns: ['x:text'],
    rows: [['nan'], ['1.5'], ['inf']],
  },
  {
    file: 'a.csv',
    why: 'thousands marks and decimal commas',
    content: 'a;b\n1,234;1,5\n2,345;2,5\n',
    columns: ['a:text', 'b:text'],
    rows: [
      ['1,234', '1,5'],
      ['2,345', '2,5'],
    ],
  },
  {
    file: 'a.csv',
    why: 'true and false, yes and no',
    content: 'a,b,c\ntrue,yes,t\nFALSE,no,f\n',
    columns: ['a:boolean', 'b:text', 'c:text'],
    rows: [
      [true, 'yes', 't'],
      [false, 'no', 'f'],
    ],
  },
  {
    file: 'a.csv',
    why: 'ISO dates and others',
    content: 'a,b,c\n2024-02-29,01/02/2024,2024/02/29\n2023-12-31,03/04/2024,2023/12/31\n',
    columns: ['a:date', 'b:text', 'c:text'],
    rows: [
      ['2024-02-29', '01/02/2024', '2024/02/29'],
      ['2023-12-31', '03/04/2024', '2023/12/31'],
    ],
  },
  {
    file: 'a.csv',
    why: 'a day that is none',
    content: 'd\n2024-02-30\n2024-02-28\n',
    columns: ['d:text'],
    rows: [['2024-02-30'], ['2024-02-28']],
  },
  {
    file: 'a.csv',
    why: 'times with and without zone',
    content:
      'a,b,c\n2024-01-01T10:00:00,2024-01-01T10:00:00Z,10:30:00\n2024-01-01 10:00:00.123456,2024-01-01T12:00:00+02:00,11:00:00\n',
    columns: ['a:timestamp', 'b:timestamptz', 'c:text'],
    rows: [
      ['2024-01-01T10:00:00.000000', '2024-01-01T10:00:00.000000Z', '10:30:00'],
      ['2024-01-01T10:00:00.123456', '2024-01-01T10:00:00.000000Z', '11:00:00'],
    ],
  },
  {
    file: 'a.csv',
    why: 'nanoseconds, which would be cut',
    content: 't\n2024-01-01T10:00:00.123456789\n',
    columns: ['t:text'],
    rows: [['2024-01-01T10:00:00.123456789']],
  },
  {
    file: 'a.csv',
    why: 'dates and times in one column',
    content: 't,n\n2024-01-01,1\n2024-01-01T10:00:00,2\n',
    columns: ['t:text', 'n:int64'],
    rows: [
      ['2024-01-01', 1],
      ['2024-01-01T10:00:00', 2],
    ],
  },
  {
    file: 'a.csv',
    why: 'empty fields, quoted or not, and words for none',
    content: 'a,b,c\n1,"",NA\n,x,NULL\n',
    columns: ['a:int64?', 'b:text?', 'c:text'],
    rows: [
      [1, null, 'NA'],
      [null, 'x', 'NULL'],
    ],
  },
  {
    file: 'a.csv',
    why: 'a number among words, late',
    content: `n\n${many(30_000, (i) => `${i}\n`)}x\n`,
    columns: ['n:text'],
  },
  {
    file: 'a.csv',
    why: 'quotes, newlines and delimiters in quotes',
    content: 'id,t\n1,"a ""b"", c\nd"\n2,"e"\n',
    columns: ['id:int64', 't:text'],
    rows: [
      [1, 'a "b", c\nd'],
      [2, 'e'],
    ],
  },
  {
    file: 'a.csv',
    why: 'rows of different lengths',
    content: 'a,b,c\n1,2,3\n1,2\n1,2,3,4\n',
    columns: ['a:int64', 'b:int64', 'c:int64?', 'column3:int64?'],
    rows: [
      [1, 2, 3, null],
      [1, 2, null, null],
      [1, 2, 3, 4],
    ],
  },
  {
    file: 'a.csv',
    why: 'a longer row far below',
    content: `a,b\n${many(30_000, (i) => `${i},x\n`)}1,2,3\n`,
    columns: ['a:int64', 'b:text', 'column2:int64?'],
  },
  {
    file: 'a.csv',
    why: 'a title above',
    content: 'Report of things\n\na,b\n1,2\n3,4\n',
    columns: ['a:int64', 'b:int64'],
    rows: [
      [1, 2],
      [3, 4],
    ],
  },
  {
    file: 'a.csv',
    why: 'a # that is data',
    content: 'a,b\n1,2\n#3,4\n',
    columns: ['a:text', 'b:int64'],
    rows: [
      ['1', 2],
      ['#3', 4],
    ],
  },
  {
    file: 'a.csv',
    why: 'no header',
    content: '1,2\n3,4\n',
    columns: ['column0:int64', 'column1:int64'],
    rows: [
      [1, 2],
      [3, 4],
    ],
  },
  { file: 'a.csv', why: 'a header and no rows', content: 'a,b\n', columns: ['a:text', 'b:text'], rows: [] },
  {
    file: 'a.csv',
    why: 'names equal, empty and in other case',
    content: 'id,id,,ID, x ,file_row_number\n1,2,3,4,5,6\n',
    columns: ['id:int64', 'id_1:int64', 'column2:int64', 'ID_2:int64', 'x:int64', 'file_row_number_1:int64'],
    rows: [[1, 2, 3, 4, 5, 6]],
  },
  {
    file: 'a.csv',
    why: 'one column of text with commas',
    content: 'text\nhello, world\na | b; c\n',
    columns: ['text:text'],
    rows: [['hello, world'], ['a | b; c']],
  },
  {
    file: 'a.csv',
    why: 'one column with an empty line',
    content: 'name\nann\n\nbob\n',
    columns: ['name:text?'],
    rows: [['ann'], [null], ['bob']],
  },
  {
    file: 'a.csv',
    why: 'blanks around numbers',
    content: 'a, b\n1, 2\n3, 4\n',
    columns: ['a:int64', 'b:int64'],
    rows: [
      [1, 2],
      [3, 4],
    ],
  },
  {
    file: 'a.csv',
    why: 'a cell of three megabytes',
    content: `a,b\n1,${'x'.repeat(3_000_000)}\n`,
    columns: ['a:int64', 'b:text'],
  },
  {
    file: 'a.csv',
    why: 'a thousand columns',
    content: `${many(1_000, (i) => `c${i},`)}z\n${many(1_000, (i) => `${i},`)}z\n`,
  },
  {
    file: 'a.csv',
    why: 'negative zero',
    content: 'i,x\n-0,-0.0\n1,1.5\n',
    columns: ['i:text', 'x:double'],
    rows: [
      ['-0', -0],
      ['1', 1.5],
    ],
  },
  { file: 'a.csv', why: 'nothing but blanks', content: ' \n\n', fails: ['not-a-table', /empty/] },
  {
    file: 'a.csv',
    why: 'a picture',
    content: Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\xff\xfe', 'latin1'),
    fails: ['unreadable', /not text/],
  },
  {
    file: 'a.tsv',
    why: 'tabs',
    content: 'a\tb\n1,5\tx\n',
    columns: ['a:text', 'b:text'],
    rows: [['1,5', 'x']],
  },
  { file: 'a.psv', why: 'pipes', content: 'a|b\n1|x\n', columns: ['a:int64', 'b:text'], rows: [[1, 'x']] },
  {
    file: 'a.txt',
    why: 'with a delimiter',
    content: 'a;b\n1;x\n2;y\n',
    columns: ['a:int64', 'b:text'],
    rows: [
      [1, 'x'],
      [2, 'y'],
    ],
  },
  {
    file: 'a.txt',
    why: 'prose',
    content: 'Dear reader\nthis is a text\n',
    fails: ['not-a-table', /no columns/],
  },
  {
    file: 'a.csv.gz',
    why: 'packed',
    content: gzipSync('id,name\n1,ann\n'),
    columns: ['id:int64', 'name:text'],
    rows: [[1, 'ann']],
  },
  {
    file: 'a.csv.gz',
    why: 'packed and cut off',
    content: gzipSync('id,name\n1,ann\n'.repeat(500)).subarray(0, 60),
    fails: ['unreadable', /gzip/],
  },
  {
    file: 'a.csv.gz',
    why: 'packed without end',
    content: gzipSync(Buffer.alloc(60_000_000, 'a,b\n')),
    fails: ['too-large', /unpacked/],
  },
  {
    file: 'a.json',
    why: 'a list of objects',
    content: '[{"id":1,"t":"x"},{"id":2,"t":null}]',
    columns: ['id:int64', 't:text?'],
    rows: [
      [1, 'x'],
      [2, null],
    ],
  },
  {
    file: 'a.json',
    why: 'values as they are',
    content:
      '[{"z":"007","n":12345678901234567890,"f":0.1,"b":true,"d":"2024-01-01","m":"two"},{"z":"1","n":2,"f":2,"b":false,"d":"2024-01-02","m":3}]',
    columns: ['z:text', 'n:decimal(38,0)', 'f:double', 'b:boolean', 'd:date', 'm:json'],
    rows: [
      ['007', '12345678901234567890', 0.1, true, '2024-01-01', 'two'],
      ['1', '2', 2, false, '2024-01-02', 3],
    ],
  },
  {
    file: 'a.json',
    why: 'nested values',
    content: '[{"a":{"b":[1,2]},"c":[]},{"a":{"b":[]},"c":[{"d":null}]}]',
    columns: ['a:json', 'c:json'],
    rows: [
      [{ b: [1, 2] }, []],
      [{ b: [] }, [{ d: null }]],
    ],
  },
  {
    file: 'a.json',
    why: 'the list of an object',
    content: '{"meta":{"n":2},"rows":[{"id":1},{"id":2}]}',
    columns: ['id:int64'],
    rows: [[1], [2]],
  },
  {
    file: 'a.json',
    why: 'settings',
    content: '{"name":"x","version":1}',
    fails: ['not-a-table', /no list of objects/],
  },
  {
    file: 'a.json',
    why: 'a list of numbers',
    content: '[1,2,3]',
    fails: ['not-a-table', /no list of objects/],
  },
  { file: 'a.json', why: 'cut off', content: '[{"id":1},{"id":', fails: ['unreadable', /JSON/i] },
  {
    file: 'a.json',
    why: 'objects line by line',
    content: '{"id":1}\n{"id":2}\n',
    columns: ['id:int64'],
    rows: [[1], [2]],
  },
  {
    file: 'a.jsonl',
    why: 'members that come and go',
    content: '{"a":1}\n{"b":"x"}\n',
    columns: ['a:int64?', 'b:text?'],
    rows: [
      [1, null],
      [null, 'x'],
    ],
  },
  {
    file: 'a.ndjson.gz',
    why: 'packed',
    content: gzipSync('{"a":1}\n{"a":2}\n'),
    columns: ['a:int64'],
    rows: [[1], [2]],
  },
  { file: 'a.parquet', why: 'no Parquet', content: 'PAR1 but not really', fails: ['unreadable', /./] },
  { file: 'a.sqlite', why: 'no database', content: 'hello', fails: ['unreadable', /not a database/] },
  { file: 'a.xlsx', why: 'no workbook', content: 'hello', fails: ['unreadable', /zip/] },
];
