import type { TestApi } from '#tests/setup/api.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
export const HERE = {
  ...FORM,
  host: 'mirror.test',
  origin: 'http://mirror.test',
  'sec-fetch-site': 'same-origin',
};

/** Sends a form as a browser does from a page of this service. */
export function submit(
  api: TestApi,
  url: string,
  fields: Record<string, string> = {},
  headers: Record<string, string | undefined> = {},
) {
  const sent = Object.entries({ ...HERE, ...headers }).filter(([, value]) => value !== undefined);
  return api.send({
    method: 'POST',
    url,
    payload: new URLSearchParams(fields).toString(),
    headers: Object.fromEntries(sent),
  });
}

/** What browsers send from elsewhere, and what no browser sends. */
export const FOREIGN: Record<string, Record<string, string | undefined>> = {
  'another site': { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' },
  'another site that a browser says nothing of': { origin: 'https://evil.test', 'sec-fetch-site': undefined },
  'a site next to this one': { 'sec-fetch-site': 'same-site' },
  'another port': { origin: 'http://mirror.test:8080', 'sec-fetch-site': undefined },
  'a sandbox': { origin: 'null', 'sec-fetch-site': undefined },
  'an address line': { 'sec-fetch-site': 'none' },
  nowhere: { origin: undefined, 'sec-fetch-site': undefined },
};
