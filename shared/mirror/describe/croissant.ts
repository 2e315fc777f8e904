import type { CommonQueryMethods } from 'slonik';
import { type FileRow, listFiles } from '#shared/data/files.ts';
import type { DescribedFile } from '#shared/data/metadata.ts';
import { type ReadyTableRow, readyTablesOf } from '#shared/data/tables.ts';
import type { VersionRow } from '#shared/data/versions.ts';
import type { MirroredDataset } from '#shared/mirror/find-version.ts';
import { type Metadata, metadataOfVersion } from '#shared/mirror/metadata.ts';
import { CONTEXT, CROISSANT } from './croissant-context.ts';
import { licenceAddress } from './licence.ts';
import { addressesOf, escapePath } from './public-address.ts';

/** A document of more would be longer than what it describes is worth. */
const MAX_FILES = 2_000;
const MAX_TABLES = 500;

interface Place {
  /** How the outside names this service, without a slash at its end. */
  base: string;
  /** Whether tables are shown here. */
  tables: boolean;
}

/** A version in Croissant 1.1: its files and tables, where they are here, their sums, and the columns of the tables. */
export async function croissantOf(
  db: CommonQueryMethods,
  dataset: MirroredDataset,
  version: VersionRow,
  place: Place,
): Promise<object> {
  const [metadata, files, tables] = await Promise.all([
    metadataOfVersion(db, dataset, version),
    listFiles(db, version.id, { prefix: '', after: null, limit: MAX_FILES }),
    place.tables ? readyTablesOf(db, version.id, MAX_TABLES) : [],
  ]);
  const addresses = addressesOf(place.base, dataset.id);
  const of = addresses.version(version.version);
  const described = new Map(metadata.kaggle?.files.map((file) => [file.path, file]));
  return {
    '@context': CONTEXT,
    '@type': 'sc:Dataset',
    ...headOf(dataset, version, metadata),
    url: addresses.dataset,
    distribution: [
      ...files.map((file) => fileObject(file, of.file(file.path), described.get(file.path))),
      ...tables.map((table) => ({
        '@type': 'cr:FileObject',
        '@id': parquetId(table),
        name: `${table.name}.parquet`,
        description: `The table ${table.name}, made from ${table.path}`,
        contentUrl: of.parquet(table.name),
        contentSize: `${table.bytes} B`,
        encodingFormat: 'application/x-parquet',
        sha256: table.sha256,
      })),
    ],
    ...(tables.length > 0 && {
      recordSet: tables.map((table) => recordSet(table, described.get(table.path))),
    }),
  };
}

function headOf(dataset: MirroredDataset, version: VersionRow, { kaggle }: Metadata): object {
  const { mirror_ref: ref, name, description } = dataset;
  const [owner = ''] = ref.split('/');
  const title = kaggle?.title ?? name;
  const author = kaggle?.owner.name ?? owner;
  const published = (version.created_at ?? version.fetched_at).slice(0, 10);
  const licence = kaggle?.licence ?? null;
  const source = `https://www.kaggle.com/datasets/${ref}/versions/${version.version}`;
  return {
    conformsTo: CROISSANT,
    name: title,
    alternateName: ref,
    description: kaggle?.description ?? description ?? kaggle?.subtitle ?? title,
    license: licenceAddress(licence) ?? licence ?? 'unknown',
    version: `${version.version}.0.0`,
    datePublished: published,
    creator: {
      '@type': 'sc:Person',
      name: author,
      url: `https://www.kaggle.com/${kaggle?.owner.ref ?? owner}`,
    },
    publisher: { '@type': 'sc:Organization', name: 'Kaggle', url: 'https://www.kaggle.com' },
    sameAs: source,
    isLiveDataset: false,
    citeAs: `@misc{${ref.replace(/\W+/g, '_')}_${version.version}, title={${plain(title)}}, author={${plain(author)}}, year={${published.slice(0, 4)}}, publisher={Kaggle}, version={${version.version}}, url={${source}}}`,
    ...(kaggle && kaggle.keywords.length > 0 && { keywords: kaggle.keywords }),
    ...(kaggle?.image_url && { thumbnailUrl: kaggle.image_url }),
  };
}

function fileObject(file: FileRow, address: string, described: DescribedFile | undefined): object {
  return {
    '@type': 'cr:FileObject',
    '@id': `files/${escapePath(file.path)}`,
    name: file.path,
    ...(described?.description && { description: described.description }),
    contentUrl: address,
    contentSize: `${file.size} B`,
    encodingFormat: file.media_type,
    sha256: file.sha256,
  };
}

/** How a column is read from Parquet. What has no type there is its text. */
const TYPES: Record<string, string> = {
  boolean: 'sc:Boolean',
  int32: 'sc:Integer',
  int64: 'sc:Integer',
  double: 'sc:Float',
  date: 'sc:Date',
  timestamp: 'sc:DateTime',
  timestamptz: 'sc:DateTime',
};

function recordSet(table: ReadyTableRow, described: DescribedFile | undefined): object {
  const said = new Map(described?.columns.map((column) => [fold(column.name), column.description]));
  return {
    '@type': 'cr:RecordSet',
    '@id': encodeURIComponent(table.name),
    name: table.name,
    description: described?.description ?? `${table.rows} rows of ${table.path}`,
    field: table.schema.map((column) => {
      const description =
        column.description ??
        (table.part === null ? said.get(fold(column.original_name ?? column.name)) : null);
      return {
        '@type': 'cr:Field',
        '@id': `${encodeURIComponent(table.name)}/${encodeURIComponent(column.name)}`,
        name: column.name,
        ...(description && { description }),
        dataType: TYPES[column.type] ?? 'sc:Text',
        source: { fileObject: { '@id': parquetId(table) }, extract: { column: column.name } },
      };
    }),
  };
}

function parquetId({ name }: ReadyTableRow): string {
  return `tables/${encodeURIComponent(name)}.parquet`;
}

function fold(name: string): string {
  return name.normalize('NFC').trim().toLowerCase();
}

/** Braces and backslashes mean something in BibTeX. */
function plain(text: string): string {
  return text.replace(/[{}\\]/g, ' ');
}
