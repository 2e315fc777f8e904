import { describe, expect, it } from 'vitest';
import { parseRef } from '#shared/kaggle/ref.ts';
import { hasMalformedPin, parseSourceUrl } from '#shared/kaggle/source-url.ts';

describe('an address', () => {
  it.each([
    ['https://www.kaggle.com/datasets/Ada/Set', 'ada/set', null],
    ['http://KAGGLE.com/datasets/ada/set?x=1#y', 'ada/set', null],
    ['https://www.kaggle.com/ada/set', 'ada/set', null],
    ['https://www.kaggle.com/datasets/ada/set/versions/7', 'ada/set', 7],
    ['https://www.kaggle.com/datasets/ada/set/data', 'ada/set', null],
    ['https://www.kaggle.com/datasets/ada/set/discussion?sort=hotness', 'ada/set', null],
    ['https://www.kaggle.com/datasets/ada/set/code#top', 'ada/set', null],
    ['https://www.kaggle.com/datasets/ada/set/', 'ada/set', null],
    ['https://www.kaggle.com/ada/set/data', 'ada/set', null],
    ['https://www.kaggle.com/ada/set/version/2', 'ada/set', 2],
    ['https://www.kaggle.com/ada/set/versions/2/', 'ada/set', 2],
    ['https://www.kaggle.com/datasets/ada/set/version/2147483647', 'ada/set', 2_147_483_647],
    ['https://www.kaggle.com/datasets/ada/set/versions/2/data?select=a.csv', 'ada/set', 2],
    ['https://www.kaggle.com/datasets/ada/set?datasetVersionNumber=1', 'ada/set', 1],
    ['https://www.kaggle.com/datasets/ada/set/data?a=b&datasetversionnumber=1', 'ada/set', 1],
    ['https://www.kaggle.com/datasets/ada/set/versions/1?dataset_version_number=1', 'ada/set', 1],
    ['https://www.kaggle.com/DataSets/ADA/Set/Versions/3', 'ada/set', 3],
    ['https://www.kaggle.com/datasets/%61da/s%65t/versions/%31', 'ada/set', 1],
    ['https://www.kaggle.com/api/v1/datasets/download/ada/set', 'ada/set', null],
    ['https://www.kaggle.com/api/v1/datasets/download/ada/set/d%2Fa.csv', 'ada/set', null],
    ['https://www.kaggle.com/api/v1/datasets/download/ada/set/versions/1', 'ada/set', null],
    ['https://www.kaggle.com/api/v1/datasets/download/ada/set?datasetVersionNumber=4', 'ada/set', 4],
    ['https://www.kaggle.com/api/v1/datasets/view/ada/set', 'ada/set', null],
    ['https://www.kaggle.com:443/datasets/ada/set', 'ada/set', null],
    ['https://www\u3002kaggle\uff0ecom/datasets/ada/set', 'ada/set', null],
    ['https://www.kaggle.com/datasets/en/1', 'en/1', null],
    ['https://www.kaggle.com/datasets/code/datasets', 'code/datasets', null],
    ['https://www.kaggle.com/abc/set_1-2', 'abc/set_1-2', null],
  ])('names a dataset of Kaggle: %s', (url, ref, pinnedVersion) => {
    expect(parseSourceUrl(url)).toMatchObject({ ref, pinnedVersion });
  });

  it('is kept in the spelling that it has', () => {
    expect(parseSourceUrl('https://www.kaggle.com/Ada/The-Set')).toMatchObject({ spelling: 'Ada/The-Set' });
  });

  it.each([
    'https://www.kaggle.com/datasets/ada/set/versions/01',
    'https://www.kaggle.com/datasets/ada/set/versions/0',
    'https://www.kaggle.com/datasets/ada/set/versions/2147483648',
    'https://www.kaggle.com/datasets/ada/set/versions/99999999999999999999',
    'https://www.kaggle.com/datasets/ada/set/versions/-1',
    'https://www.kaggle.com/datasets/ada/set/versions/1e3',
    'https://www.kaggle.com/datasets/ada/set/versions/latest',
    'https://www.kaggle.com/datasets/ada/set/versions/%201',
    'https://www.kaggle.com/ada/set/version/x',
    'https://www.kaggle.com/datasets/ada/set?datasetVersionNumber=',
    'https://www.kaggle.com/datasets/ada/set?datasetVersionNumber=1&datasetVersionNumber=2',
    'https://www.kaggle.com/datasets/ada/set/versions/1?datasetVersionNumber=2',
    'https://www.kaggle.com/api/v1/datasets/download/ada/set/a.csv?datasetVersionNumber=None',
  ])('names a version that cannot be: %s', (url) => {
    expect([parseSourceUrl(url), hasMalformedPin(url)]).toEqual([null, true]);
  });

  // Whatever stands in source_url, only owner and slug of it are ever used: no host, port or path of a client's.
  it.each([
    'http://169.254.169.254/latest/meta-data/ada',
    'http://localhost/datasets/ada/set',
    'https://www.kaggle.com.evil.example/datasets/ada/set',
    'https://evil.example/https://www.kaggle.com/datasets/ada/set',
    'https://www.kaggle.com@evil.example/datasets/ada/set',
    'https://evil.example\\@www.kaggle.com/datasets/ada/set',
    'https://evil.example#@www.kaggle.com/datasets/ada/set',
    'https://kaggle.com.:443@evil.example/datasets/ada/set',
    'file:///www.kaggle.com/datasets/ada/set',
    'gopher://www.kaggle.com/datasets/ada/set',
    'https://www.kaggle.com/datasets/ada/..',
    'https://www.kaggle.com/datasets/ada%2f..%2f/set',
    'https://www.kaggle.com/datasets/ada/s%00et',
    `https://www.kaggle.com/datasets/ada/${'s'.repeat(101)}`,
    'https://www.kaggle.com/competitions/titanic',
    'https://www.kaggle.com/c/titanic',
    'https://www.kaggle.com/c/titanic?datasetVersionNumber=0',
    'https://www.kaggle.com/ada',
    'https://www.kaggle.com/datasets/ada',
    'https://www.kaggle.com/datasets',
    'https://www.kaggle.com/',
    'https://www.kaggle.com//datasets/ada/set',
    'https://www.kaggle.com/datasets//ada/set',
    'https://www.kaggle.com/datasets/ada/set/settings',
    'https://www.kaggle.com/datasets/ada/set/discussion/12345',
    'https://www.kaggle.com/datasets/ada/set/versions',
    'https://www.kaggle.com/datasets/ada/set/versions/1/files',
    'https://www.kaggle.com/datasets/ada/set/data/versions/1',
    'https://www.kaggle.com/datasets/ada%2Fset',
    'https://www.kaggle.com/datasets/ada/%',
    'https://www.kaggle.com/datasets/adä/set',
    'https://www.kaggle.com/api/v1',
    'https://www.kaggle.com/api/v1/datasets/list/ada/set',
    'https://www.kaggle.com/api%2Fv1/datasets/x/download/ada/set',
    'https://www.kaggle.com/datasets%2Fx/ada/set',
    'https://www.kaggle.com/api/v1/datasets/view/ada/set/1',
    'https://www.kaggle.com/api/v1/datasets/download/ada',
    'https://www.kaggle.com/api/v2/datasets/download/ada/set',
    'https://www.kaggle.com/en/datasets/ada/set',
    'https://www.kaggle.com/PT/set',
    ...'account api benchmarks c code competitions discussions docs kernels learn me models notebooks organizations product-feedback rankings search settings work Work'
      .split(' ')
      .map((owner) => `https://www.kaggle.com/${owner}/set`),
    ...'code collections competitions datasets discussion followers 12345 Datasets'
      .split(' ')
      .map((slug) => `https://www.kaggle.com/ada/${slug}`),
    'https://www.kaggle.com/product-feedback/12345',
    'https://www.kaggle.com:8443/datasets/ada/set',
    'https://ada:secret@www.kaggle.com/datasets/ada/set',
    'https://www.kaggle.com./datasets/ada/set',
    'https://api.kaggle.com/datasets/ada/set',
  ])('names none: %s', (url) => {
    expect([parseSourceUrl(url), hasMalformedPin(url)]).toEqual([null, false]);
  });
});

describe('a reference', () => {
  it.each([
    ['Ada/Set', 'ada/set', null],
    ['ada/12345', 'ada/12345', null],
    ['en/datasets/versions/2147483647', 'en/datasets', 2_147_483_647],
  ])('is read: %s', (text, ref, pinnedVersion) => {
    expect(parseRef(text)).toMatchObject({ ref, pinnedVersion });
  });

  it.each([
    'ada',
    'ada/set/versions/01',
    'ada/set/versions/2147483648',
    'ada/set/version/1',
    'ada/set/',
    'a/b?c',
  ])('is refused: %s', (text) => {
    expect(parseRef(text)).toBeNull();
  });
});
