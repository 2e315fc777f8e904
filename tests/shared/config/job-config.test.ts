import { describe, expect, it } from 'vitest';
import { JobConfig } from '#shared/config/job-config.ts';
import { loadConfig } from '#shared/config/load-config.ts';

const read = (env: Record<string, string>) =>
  loadConfig(JobConfig, { DATABASE_URL: 'postgres://x', KAGGLE_DATA_ROOT: '/x', ...env });

describe('credentials for Kaggle', () => {
  it('may end in a newline, as what is read from a file does', () => {
    expect(read({ KAGGLE_API_TOKEN: 'abc\n' }).KAGGLE_API_TOKEN).toBe('abc');
    expect(read({ KAGGLE_USERNAME: 'ada\n', KAGGLE_KEY: ' k\r\n' })).toMatchObject({
      KAGGLE_USERNAME: 'ada',
      KAGGLE_KEY: 'k',
    });
  });

  it.each(['a\nb', 'a b', 'é', ' '])('are refused where no request could carry them: %j', (token) => {
    expect(() => read({ KAGGLE_API_TOKEN: token })).toThrow(
      'KAGGLE_API_TOKEN: must be visible ASCII on one line',
    );
  });
});
