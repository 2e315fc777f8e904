import {
  DATASET_SERVICE,
  type DatasetOperation,
  type DatasetRequest,
} from '#shared/kaggle-wire/dataset-service.ts';
import { readErrorBody } from '#shared/kaggle-wire/kaggle-errors.ts';
import { cleanText } from './clean-text.ts';
import { authorization, type Credentials } from './credentials.ts';
import { createHostCheck } from './download-hosts.ts';
import { createHttp, type Response, toKaggleError } from './http.ts';
import { KaggleError, type KaggleFailure } from './kaggle-error.ts';
import { createLimiter, type Pace } from './limiter.ts';
import { type Budget, parseRetryAfter, waitToRepeat } from './retry.ts';
import { parseUpstream, type Upstream } from './upstream.ts';

export interface KaggleOptions {
  /** Root of the RPC, with its path. */
  base: string;
  downloadHosts: readonly string[];
  credentials: Credentials;
  requestsPerMinute: number | null;
  pace: Pace;
  /** Milliseconds. */
  idleTimeout: number;
}

/** What goes with every call for one dataset. */
export interface Call {
  owner: string;
  slug: string;
  budget: Budget;
  signal: AbortSignal;
}

export interface Kaggle {
  /** The dataset as Kaggle has it now. @throws {KaggleError} */
  getDataset(call: Call): Promise<Upstream>;
  /** The body of a GetDatasetMetadata, which is of the dataset as it is now. @throws {KaggleError} */
  getMetadata(call: Call): Promise<string>;
  /** The body of a page of ListDatasetFiles, with as many files as a page can have. @throws {KaggleError} */
  listFiles(call: Call & { version: number; page: string | null }): Promise<string>;
  /** The signed address of a version's archive: a secret, good for days. @throws {KaggleError} pending when it is not built */
  locateArchive(call: Call & { version: number }): Promise<string>;
  /** Asks the storage; credentials are not sent. @throws {KaggleError} */
  fetchArchive(address: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response>;
  /** Requests sent so far, and how many of them were repeats. */
  counters: { requests: number; retries: number; rateLimited: number };
  close(): Promise<void>;
}

const MAX_ANSWER = 8 * 1024 * 1024;
const MAX_MESSAGE = 200;
const FILES_PER_PAGE = 200;

export function createKaggle(options: KaggleOptions): Kaggle {
  const http = createHttp(options);
  const limiter = createLimiter(options.requestsPerMinute, options.pace);
  const checkHost = createHostCheck(options.base, options.downloadHosts);
  const auth = authorization(options.credentials);
  const counters = { requests: 0, retries: 0, rateLimited: 0 };

  async function call<Value>(
    method: DatasetOperation,
    { budget, signal, ...input }: Pick<Call, 'budget' | 'signal'> & DatasetRequest,
    read: (response: Response) => Promise<Value>,
  ): Promise<Value> {
    for (let attempt = 0; ; attempt++) {
      await limiter.turn(method, signal);
      counters.requests += 1;
      try {
        const response = await http.send(`${options.base}/${DATASET_SERVICE}/${method}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...(auth !== null && { authorization: auth }) },
          body: JSON.stringify(input),
          signal,
        });
        return await read(response).catch((error) => {
          throw toKaggleError(error, signal);
        });
      } catch (error) {
        if (error instanceof KaggleError && error.failure === 'rate-limited') {
          counters.rateLimited += 1;
          await limiter.pause(method, error.retryAfter ?? 0);
        }
        await waitToRepeat(error, attempt, budget, signal);
        counters.retries += 1;
      }
    }
  }

  const readJson = async (response: Response) => {
    const text = await readText(response);
    if (response.statusCode !== 200) throw failureOf(response, text, 'gone');
    return text;
  };

  return {
    counters,
    getDataset: ({ owner, slug, budget, signal }) =>
      call('GetDataset', { ownerSlug: owner, datasetSlug: slug, budget, signal }, async (response) => {
        const text = await readText(response);
        if (response.statusCode === 200) return parseUpstream(text);
        throw movedTo(response, options.base) ?? failureOf(response, text, 'gone');
      }),
    getMetadata: ({ owner, slug, budget, signal }) =>
      call('GetDatasetMetadata', { ownerSlug: owner, datasetSlug: slug, budget, signal }, readJson),
    listFiles: ({ owner, slug, version, page, budget, signal }) =>
      call(
        'ListDatasetFiles',
        {
          ownerSlug: owner,
          datasetSlug: slug,
          datasetVersionNumber: version,
          pageSize: FILES_PER_PAGE,
          ...(page !== null && { pageToken: page }),
          budget,
          signal,
        },
        readJson,
      ),
    locateArchive: ({ owner, slug, version, budget, signal }) =>
      call(
        'DownloadDataset',
        { ownerSlug: owner, datasetSlug: slug, datasetVersionNumber: version, budget, signal },
        async (response) => {
          const text = await readText(response);
          const { location } = response.headers;
          if (response.statusCode < 300 || response.statusCode >= 400 || typeof location !== 'string')
            throw failureOf(response, text, 'pending');
          const address = new URL(location, options.base);
          checkHost(address);
          return address.href;
        },
      ),
    async fetchArchive(address, headers, signal) {
      checkHost(new URL(address));
      counters.requests += 1;
      return http.send(address, { headers: { 'accept-encoding': 'identity', ...headers }, signal });
    },
    close: () => http.close(),
  };
}

async function readText({ body, headers }: Response): Promise<string> {
  if (Number(headers['content-length'] ?? 0) > MAX_ANSWER)
    throw new KaggleError('unavailable', 'Kaggle responded with too long a text');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER) throw new KaggleError('unavailable', 'Kaggle responded with too long a text');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** A dataset under another name; null for every other answer. */
function movedTo({ statusCode, headers: { location } }: Response, base: string): KaggleError | null {
  if ((statusCode !== 301 && statusCode !== 308) || typeof location !== 'string') return null;
  const path = URL.parse(location, base)?.pathname.slice(0, 200) ?? 'elsewhere';
  return new KaggleError('gone', `Kaggle responded with ${statusCode} and redirects to ${path}`);
}

/** `absent` is what 404 and 410 mean for the method that was asked. */
function failureOf(response: Response, text: string, absent: KaggleFailure): KaggleError {
  const body = readErrorBody(text);
  const status = response.statusCode < 400 ? (body?.code ?? response.statusCode) : response.statusCode;
  const message = cleanText(body?.message ?? '', MAX_MESSAGE);
  const said = `Kaggle responded with ${status}${message && ` (${message})`}`;
  if (status === 401) return new KaggleError('unauthorized', said);
  if (status === 403) return new KaggleError('forbidden', said);
  if (status === 404 || status === 410) return new KaggleError(absent, said);
  const retryAfter = parseRetryAfter(response.headers['retry-after']?.toString());
  return new KaggleError(status === 429 ? 'rate-limited' : 'unavailable', said, { retryAfter });
}
