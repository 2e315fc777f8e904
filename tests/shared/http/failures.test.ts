import { errorCodes } from 'fastify';
import { describe, expect, it } from 'vitest';
import { toProblem } from '#shared/http/failures.ts';

describe('an error of Fastify’s', () => {
  const errors = Object.entries(errorCodes).map(([code, Type]) => [code, new Type('x', 'y', 'z')] as const);
  const blaming = errors.filter(([, { statusCode = 500 }]) => statusCode >= 400 && statusCode < 500);

  it.each(blaming)('%s is the client’s fault', (_code, error) => {
    const { status } = toProblem(error, () => undefined);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  });

  it('of its own making is ours', () => {
    const own = errors.filter((entry) => !blaming.includes(entry));
    expect(own.length).toBeGreaterThan(0);
    for (const [, error] of own) expect(toProblem(error, () => undefined).slug).toBe('internal-error');
  });

  it('is told from an error of a handler that names a status', () => {
    const error = Object.assign(new Error('x'), { statusCode: 400 });
    expect(toProblem(error, () => undefined).slug).toBe('internal-error');
  });
});
