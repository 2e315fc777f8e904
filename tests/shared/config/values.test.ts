import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { JobConfig } from '#shared/config/job-config.ts';
import { loadConfig } from '#shared/config/load-config.ts';
import { MigrateConfig } from '#shared/config/migrate-config.ts';
import { ServerConfig } from '#shared/config/server-config.ts';

const REQUIRED = { DATABASE_URL: 'postgres://a@b/c', KAGGLE_DATA_ROOT: '/data' };
const DIGEST = 'a'.repeat(64);

interface Case {
  taken: Record<string, unknown>;
  refused: string[];
}

const HTTP_ADDRESS: Case = {
  taken: { 'http://a': 'http://a', 'https://a.b:8443/c%20d/@e': 'https://a.b:8443/c%20d/@e' },
  refused: [
    ...[
      'a.b',
      '//a.b',
      'ftp://a.b',
      'file:///a',
      'javascript:0',
      'http:a',
      'http:/a',
      'http://',
      'http:///a',
    ],
    ...[' http://a', 'http://a ', 'http://a\n', 'http://a b', 'http://a\tb', 'http://a\\b', 'http://a:65536'],
    ...['http://u@a', 'http://u:p@a', 'http://a?b=c', 'http://a?', 'http://a#b'],
  ],
};
const HOSTS = ['', 'a..b:', 'http://a', 'a/b', 'a b', 'u@a', '*', '::1', '[::1', '[1.2.3.4]', '1.2.3', 'a?b'];

const SERVER: Record<string, Case> = {
  DATABASE_URL: {
    taken: {
      'postgres://a': 'postgres://a',
      'postgresql:///db?host=/run': 'postgresql:///db?host=/run',
      'postgres://u:p%20w@h:5432/db\n': 'postgres://u:p%20w@h:5432/db',
    },
    refused: [
      'mysql://a',
      'postgres:a',
      'postgres:/a',
      'host=a dbname=b',
      'postgres://a\nb',
      'postgres://a:99999/b',
    ],
  },
  HOST: {
    taken: { '::': '::', '127.0.0.1': '127.0.0.1', localhost: 'localhost', 'a-b.c': 'a-b.c' },
    refused: ['http://a', 'a:80', '[::1]', '1.2.3', '999.1.1.1', 'a b', '*', ' ', '/tmp/socket'],
  },
  KAGGLE_DATA_ROOT: {
    taken: { '/a b/c': '/a b/c', '/': '/' },
    refused: ['a', './a', '~/a', '/a\n', '/a ', 'C:\\a', 'file:///a'],
  },
  API_TOKENS_FILE: { taken: { 'a/b': 'a/b' }, refused: [' ', 'a\n', 'a\nb'] },
  API_TOKENS: {
    taken: { [`a:read:${DIGEST},\n`]: expect.arrayContaining([expect.objectContaining({ name: 'a' })]) },
    refused: [',', ' \n', 'a:read', `a:admin:${DIGEST}`, `a:read:${DIGEST}0`, `:read:${DIGEST}`],
  },
  OIDC_AUDIENCE: { taken: {}, refused: [' ', 'a ', 'a\nb'] },
  OIDC_ISSUER: { ...HTTP_ADDRESS, taken: {} },
  REDIS_URL: {
    taken: {
      'redis://a': 'redis://a',
      'valkeys://u:p@a:1/2\n': 'valkeys://u:p@a:1/2',
      'rediss://:p@[::1]:6379': 'rediss://:p@[::1]:6379',
    },
    refused: [
      'a:6379',
      'http://a',
      'redis:a',
      'redis://',
      'redis:///0',
      'redis://a/b',
      'redis://a b',
      'redis://a:x',
    ],
  },
  TRUST_PROXY: {
    taken: { off: false, 2: 2, '10.0.0.0/8, ::1': ['10.0.0.0/8', '::1'] },
    refused: [
      '0',
      '-1',
      '1.5',
      '1e1',
      '100',
      '1 ',
      ',',
      'on',
      'a.b',
      '10.0.0.0/33',
      '10.0.0.0/08',
      'fe80::1%eth0',
    ],
  },
  MIRROR_HOSTS: {
    taken: { 'A.example, [2001:DB8::1],10.0.0.1,': ['a.example', '[2001:db8::1]', '10.0.0.1'] },
    refused: [',', 'a:80', ...HOSTS.slice(1)],
  },
  CORS_ORIGINS: {
    taken: { '*': ['*'], 'https://a, http://b:81,': ['https://a', 'http://b:81'] },
    refused: [
      ',',
      'a',
      'https://a/',
      'https://A',
      'https://a:443',
      'ftp://a',
      'null',
      '*,https://a',
      'https://*.a',
    ],
  },
  RATE_LIMIT: {
    taken: { off: null, 1: 1 },
    refused: ['0', '-1', 'on', '1e3', '1,000', '600/min', '1000001'],
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: HTTP_ADDRESS,
  OTEL_SERVICE_NAME: { taken: { 'a b': 'a b' }, refused: [' ', 'a\n'] },
  OTEL_TRACES_SAMPLER_ARG: {
    taken: { 0: 0, '0.25': 0.25, '1.0': 1 },
    refused: ['.5', '1.1', '-0', '1e-1', '25%'],
  },
  REQUIRE_IF_MATCH: { taken: { true: true, false: false }, refused: ['1', 'yes', 'TRUE', 'true ', 'on'] },
  MIRROR_SCHEDULE: {
    taken: { '0 2 * * *': '0 2 * * *', '*/5 1-3 ? JAN mon,fri': '*/5 1-3 ? JAN mon,fri', '@daily': '@daily' },
    refused: [
      '0 2 * *',
      '0 0 2 * * *',
      'daily',
      '@every 1h',
      ' 0 2 * * *',
      '0 2 * * *\n',
      '2026-12-01T00:00:00',
    ],
  },
  MIRROR_SCHEDULE_TIME_ZONE: {
    taken: { 'Europe/Vienna': 'Europe/Vienna', UTC: 'UTC' },
    refused: ['Mars/Olympus', ' ', 'Europe/Vienna ', 'local'],
  },
  MIRROR_TABLES: { taken: { on: true, off: false }, refused: ['true', '1', 'ON', ' off'] },
};

const JOB: Record<string, Case> = {
  KAGGLE_BASE_URL: { ...HTTP_ADDRESS, taken: { 'http://a:81/v1//': 'http://a:81/v1' } },
  KAGGLE_DOWNLOAD_HOSTS: {
    taken: { 'A.example, b:8443,[::1]:80': ['a.example', 'b:8443', '[::1]:80'] },
    refused: [',', 'a:0', 'a:080', 'a:65536', 'a:b', 'a:', ...HOSTS.slice(1)],
  },
  MIRROR_DATASETS: {
    taken: { 'a/b, C/d/versions/2': ['a/b', 'C/d/versions/2'] },
    refused: [
      'a',
      'a/b/c',
      'a/b/versions/0',
      'a/b/versions/01',
      'a/b/versions/2147483648',
      'https://kaggle.com/a/b',
    ],
  },
};

const MIGRATIONS: Record<string, Case> = {
  MIGRATIONS_FOLDER: { taken: { 'a/b': 'a/b' }, refused: [' ', 'a\n'] },
  API_ROLE: {
    taken: { api_1: 'api_1' },
    refused: [
      'Api',
      'a-b',
      '1a',
      'a b',
      'a"b',
      'a'.repeat(64),
      'public',
      'none',
      'current_user',
      'pg_monitor',
    ],
  },
};

describe.each([
  ['the API', ServerConfig, SERVER],
  ['the mirror job', JobConfig, JOB],
  ['the migrations', MigrateConfig, MIGRATIONS],
] as [string, z.ZodObject, Record<string, Case>][])('%s', (_of, schema, cases) => {
  const read = (name: string, value: string) => loadConfig(schema, { ...REQUIRED, [name]: value })[name];

  it.each(Object.entries(cases))('takes and refuses values of %s', (name, { taken, refused }) => {
    for (const [value, expected] of Object.entries(taken))
      expect(read(name, value), JSON.stringify(value)).toEqual(expected);
    for (const value of refused) expect(() => read(name, value), JSON.stringify(value)).toThrow(`${name}: `);
  });

  const bounds = /must be .*an integer from (\d+) to (\d+)/;
  const numbers = Object.keys(schema.shape).flatMap((name) => {
    const [, min = '', max = ''] = bounds.exec(messageOf(() => read(name, '-1'))) ?? [];
    return max === '' ? [] : [[name, min, max] as const];
  });

  it.each(numbers)('takes %s as decimal digits from %s to %s', (name, min, max) => {
    for (const value of [min, max]) expect(read(name, value), value).toBe(Number(value));
    const next = String(BigInt(max) + 1n);
    const spelled = [` ${max}`, `${max} `, `${max}\n`, `+${max}`, `0${max}`, `${max}.0`, `${max}_0`];
    const units = ['1e3', '0x10', '1,000', '10s', '10MB', '١', 'NaN', 'Infinity', '-0', '', '12abc'].filter(
      Boolean,
    );
    for (const value of [next, String(BigInt(min) - 1n), '9'.repeat(400), ...spelled, ...units])
      expect(() => read(name, value), JSON.stringify(value)).toThrow(`${name}: `);
  });
});

it('wants two roles for API and job', () => {
  const load = () => loadConfig(MigrateConfig, { ...REQUIRED, API_ROLE: 'a', JOB_ROLE: 'a' });
  expect(load).toThrow('JOB_ROLE: must differ from API_ROLE');
});

function messageOf(run: () => unknown): string {
  try {
    return String(run());
  } catch (error) {
    return String(error);
  }
}
