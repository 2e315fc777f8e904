import type { IncomingHttpHeaders } from 'node:http';
import type { Credentials, Dialect } from '#shared/http/dialect.ts';
import { problemJson } from '#shared/http/problem-json.ts';
import type { Problem } from '#shared/http/problems.ts';
import { ErrorMessage, statusName } from '#shared/kaggle-wire/kaggle-errors.ts';
import { readTolerantQuery } from './tolerant-query.ts';

const MEDIA_TYPE = 'application/json';

/** As Kaggle's clients speak: names of parameters in any spelling, keys or tokens, and errors in both of their shapes. */
export const kaggleDialect: Dialect = {
  ...problemJson,
  readQuery: readTolerantQuery,
  bodyTypes: /^application\/json\s*(;.*)?$/i,
  readCredentials,
  foreignCredentials: true,
  challenge: (parameters) => `${problemJson.challenge(parameters)}, Basic realm="kaggle-data-api"`,
  problemContent: { mediaType: MEDIA_TYPE, schema: ErrorMessage },
  presentProblem: (problem) => ({
    mediaType: `${MEDIA_TYPE}; charset=utf-8`,
    body: JSON.stringify(toErrorMessage(problem)),
  }),
};

function toErrorMessage({ slug, status: code, message }: Problem) {
  const status = slug === 'not-a-mirrors' ? 'FAILED_PRECONDITION' : statusName(code);
  return { code, message, error: { code, message, status } };
}

/**
 * A token of this mirror, in the field that is meant for it most: as that of a proxy it stands next to a key of Kaggle's.
 * A key comes as the password of any user.
 */
function readCredentials(headers: IncomingHttpHeaders): Credentials {
  const field = headers['proxy-authorization'] ?? headers['x-kaggle-authorization'] ?? headers.authorization;
  if (field === undefined) return null;
  const value = String(field);
  const [, basic] = /^basic +([\w+/-]+=*)$/i.exec(value) ?? [];
  if (basic === undefined) return problemJson.readCredentials({ authorization: value });
  const [, key] = /^[^:]*:(.+)$/s.exec(Buffer.from(basic, 'base64').toString()) ?? [];
  return key === undefined ? 'malformed' : { token: key };
}
