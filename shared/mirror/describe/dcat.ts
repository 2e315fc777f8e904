import type { CatalogRow } from '#shared/data/catalog-page.ts';
import { licenceAddress } from './licence.ts';
import type { Node, Prefixes, Value } from './linked-data.ts';
import { addressesOf } from './public-address.ts';

export const PREFIXES: Prefixes = {
  dcat: 'http://www.w3.org/ns/dcat#',
  dct: 'http://purl.org/dc/terms/',
  foaf: 'http://xmlns.com/foaf/0.1/',
  hydra: 'http://www.w3.org/ns/hydra/core#',
  spdx: 'http://spdx.org/rdf/terms#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
};

const MEDIA_TYPES = 'https://www.iana.org/assignments/media-types';
const PARQUET = 'application/vnd.apache.parquet';

const text = (value: string | null | undefined): Value[] => (value ? [{ text: value }] : []);
const address = (value: string | null | undefined): Value[] => (value ? [{ iri: value }] : []);
const time = (value: string | null): Value[] => (value ? [{ text: value, type: 'xsd:dateTime' }] : []);

/** The catalogue, and where this page of it is among the others (Hydra). */
export function catalogNode(base: string, page: { self: string; first: string; next: string | null }): Node {
  return {
    id: `${base}/catalog`,
    types: ['dcat:Catalog', 'hydra:Collection'],
    properties: {
      'dct:title': text('Kaggle datasets'),
      'dct:description': text('Datasets of Kaggle, mirrored with their versions'),
      'dct:publisher': [agent('Kaggle Data API', null)],
      'foaf:homepage': address(`${base}/`),
      'hydra:view': [
        {
          id: base + page.self,
          types: ['hydra:PartialCollectionView'],
          properties: {
            'hydra:first': address(base + page.first),
            'hydra:next': address(page.next && base + page.next),
          },
        },
      ],
    },
  };
}

/** A dataset with its distributions: the files of its latest version, their archive, and its tables as Parquet. */
export function datasetNode(base: string, row: CatalogRow): Node {
  const { id, name, description, ref, version, said } = row;
  const addresses = addressesOf(base, id);
  const licence = said?.licence ?? row.licence;
  return {
    id: addresses.dataset,
    types: ['dcat:Dataset'],
    properties: {
      'dct:identifier': text(ref ?? String(id)),
      'dct:title': text(said?.title ?? name),
      'dct:description': text(said?.description ?? description ?? said?.subtitle ?? name),
      'dcat:keyword': (said?.keywords ?? []).map((keyword) => ({ text: keyword })),
      'dct:issued': time(row.created_at),
      'dct:modified': time(row.version_at ?? row.updated_at),
      'dcat:version': text(version === null ? null : String(version)),
      'dct:creator': said?.owner.ref ? [agent(said.owner.name ?? said.owner.ref, said.owner.ref)] : [],
      'dcat:landingPage': address(ref === null ? row.source_url : `https://www.kaggle.com/datasets/${ref}`),
      'dct:license': address(licenceAddress(licence)),
      'dct:rights': licence
        ? [{ types: ['dct:RightsStatement'], properties: { 'dct:description': text(licence) } }]
        : [],
      'dcat:distribution': version === null ? [] : distributions(row, addresses.version(version)),
    },
  };
}

function distributions(row: CatalogRow, of: ReturnType<ReturnType<typeof addressesOf>['version']>): Node[] {
  return [
    distribution({ at: of.archive, title: 'All files', mediaType: 'application/zip' }),
    ...row.files.map(({ path, media_type, ...file }) =>
      distribution({ at: of.file(path), title: path, mediaType: media_type, ...file }),
    ),
    ...row.tables.map(({ name, path, ...file }) =>
      distribution({
        at: of.parquet(name),
        title: `${name}, a table of ${path}`,
        mediaType: PARQUET,
        ...file,
      }),
    ),
  ];
}

interface Download {
  at: string;
  title: string;
  mediaType: string;
  size?: number;
  sha256?: string;
}

function distribution({ at, title, mediaType, size, sha256 }: Download): Node {
  return {
    id: at,
    types: ['dcat:Distribution'],
    properties: {
      'dct:title': text(title),
      'dcat:accessURL': address(at),
      'dcat:downloadURL': address(at),
      'dcat:mediaType': address(`${MEDIA_TYPES}/${mediaType}`),
      'dcat:byteSize': size === undefined ? [] : [{ text: String(size), type: 'xsd:nonNegativeInteger' }],
      'spdx:checksum':
        sha256 === undefined
          ? []
          : [
              {
                types: ['spdx:Checksum'],
                properties: {
                  'spdx:algorithm': address('http://spdx.org/rdf/terms#checksumAlgorithm_sha256'),
                  'spdx:checksumValue': [{ text: sha256, type: 'xsd:hexBinary' }],
                },
              },
            ],
    },
  };
}

function agent(name: string, ref: string | null): Node {
  return {
    ...(ref !== null && { id: `https://www.kaggle.com/${encodeURIComponent(ref)}` }),
    types: ['foaf:Agent'],
    properties: { 'foaf:name': text(name) },
  };
}
