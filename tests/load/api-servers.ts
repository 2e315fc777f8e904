import { join } from 'node:path';
import type { BenchDatabase } from './bench-database.ts';
import { IMAGE_ENV, type Subject } from './servers.ts';

/** A server of `tests/load/baseline`: the same three requests on the same table. */
export function baseline(name: string, file: string, { url, dir }: BenchDatabase): Subject {
  return {
    name,
    args: [`tests/load/baseline/${file}.mjs`],
    env: { DATABASE_URL: url, NODE_COMPILE_CACHE: join(dir, `cache-${file}`), NODE_ENV: 'production' },
  };
}

/** The bundle as the image starts it, with everything of the contract on but the rate limit and authentication. */
export function ours(name: string, dist: string, { url, dir }: BenchDatabase, functions?: string): Subject {
  return {
    name,
    args: [join(dist, 'server.mjs')],
    env: {
      AUTH: 'off',
      DATABASE_URL: url,
      HOST: '127.0.0.1',
      LOG_LEVEL: 'warn',
      METRICS_PORT: process.env.METRICS_PORT ?? '0',
      NODE_COMPILE_CACHE: join(dir, `cache-ours-${functions}`),
      ...IMAGE_ENV,
      RATE_LIMIT: 'off',
      ...(functions !== undefined && { FUNCTIONS: functions }),
    },
  };
}
