import * as z from 'zod';

/** Offsets count bytes of the object, not of the answer: with a Range they stay where they are. */
const Effect = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    shape: z.enum(['flat', 'nested', 'text-code', 'html']).optional(),
    message: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  /** The connection breaks, without warning. */
  z.strictObject({ kind: z.literal('reset'), at: z.int().min(0) }),
  /** Nothing more comes, and the connection stays. */
  z.strictObject({ kind: z.literal('stall'), at: z.int().min(0) }),
  /** The answer ends early; `declared` is what Content-Length says of it. */
  z.strictObject({
    kind: z.literal('truncate'),
    at: z.int().min(0),
    declared: z.enum(['full', 'short', 'none']),
  }),
  /** 200 and the whole object in answer to a Range. */
  z.strictObject({ kind: z.literal('ignore-range') }),
  /** 200 and a page for people in place of the bytes. */
  z.strictObject({ kind: z.literal('error-page') }),
  /** Another ETag from now on: the object was replaced. */
  z.strictObject({ kind: z.literal('change-etag') }),
  z.strictObject({ kind: z.literal('corrupt'), at: z.int().min(0) }),
  z.strictObject({ kind: z.literal('drip'), bytesPerSecond: z.int().min(1) }),
  z.strictObject({ kind: z.literal('expired') }),
  /** What the storage says of the object's length, whatever it is. */
  z.strictObject({ kind: z.literal('content-length'), text: z.string() }),
  /** An answer of the API with another value at `path` (empty: in place of all of it); no value: without that field. */
  z.strictObject({
    kind: z.literal('value'),
    path: z.array(z.string().or(z.int())),
    value: z.unknown().optional(),
  }),
  /** The dataset has another name by now: the API redirects there, or answers with what it finds there. */
  z.strictObject({
    kind: z.literal('renamed'),
    to: z.string().regex(/^[^/]+\/[^/]+$/),
    by: z.enum(['redirect', 'answer']),
  }),
]);
export type Effect = z.output<typeof Effect>;

/** `on` is an RPC method such as GetDataset, or `storage`; the first fault that fits a request is taken. */
export const Fault = z.strictObject({
  on: z.string(),
  ref: z.string().optional(),
  /** How many fitting requests pass first. */
  skip: z.int().min(0).default(0),
  times: z.int().min(1).default(1),
  effect: Effect,
});
export type Fault = z.output<typeof Fault>;

export interface Faults {
  add(fault: z.input<typeof Fault>): void;
  clear(): void;
  take(on: string, ref: string): Effect | null;
}

export function createFaults(): Faults {
  let waiting: Fault[] = [];
  return {
    add(fault) {
      waiting.push(Fault.parse(fault));
    },
    clear() {
      waiting = [];
    },
    take(on, ref) {
      for (const fault of waiting) {
        if (fault.on !== on || (fault.ref ?? ref) !== ref) continue;
        if (fault.skip > 0) {
          fault.skip -= 1;
          continue;
        }
        fault.times -= 1;
        if (fault.times === 0) waiting = waiting.filter((other) => other !== fault);
        return fault.effect;
      }
      return null;
    },
  };
}
