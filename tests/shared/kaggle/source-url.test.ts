import { describe, expect, it } from 'vitest';
import { parseSourceUrl } from '#shared/kaggle/source-url.ts';

describe('an address', () => {
  it.each([
    ['https://www.kaggle.com/datasets/Ada/Set', 'ada/set', null],
    ['http://KAGGLE.com/datasets/ada/set?x=1#y', 'ada/set', null],
    ['https://www.kaggle.com/ada/set', 'ada/set', null],
    ['https://www.kaggle.com/datasets/ada/set/versions/7', 'ada/set', 7],
    ['https://www.kaggle.com/datasets/ada/set/data', 'ada/set', null],
  ])('names a dataset of Kaggle: %s', (url, ref, pinnedVersion) => {
    expect(parseSourceUrl(url)).toMatchObject({ ref, pinnedVersion });
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
  ])('names none: %s', (url) => {
    expect(parseSourceUrl(url)).toBeNull();
  });
});
