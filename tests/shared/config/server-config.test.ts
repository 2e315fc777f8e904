import { describe, expect, it } from 'vitest';
import { loadConfig } from '#shared/config/load-config.ts';
import { ServerConfig } from '#shared/config/server-config.ts';

const read = (names: string) =>
  loadConfig(ServerConfig, { DATABASE_URL: 'postgres://x', FUNCTIONS: names }).FUNCTIONS;

describe('FUNCTIONS', () => {
  it.each(['a,b', ' a , b ', 'a,b,', 'a,,b', 'a b', 'a,\n b\n'])('names functions by comma: %j', (names) => {
    expect(read(names)).toEqual(['a', 'b']);
  });

  it.each([',', ' ', ' , '])('names at least one: %j', (names) => {
    expect(() => read(names)).toThrow('FUNCTIONS: must name at least one function');
  });
});
