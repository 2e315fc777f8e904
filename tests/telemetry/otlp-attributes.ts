import type { Message } from './protobuf.ts';

export type Attributes = Record<string, string | number | boolean>;

/** KeyValues (opentelemetry-proto 1.x, common). */
export function attributesOf(pairs: readonly Message[]): Attributes {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [value] = pair.messages(2);
      if (value?.has(1)) return [pair.bytes(1).toString(), value.bytes(1).toString()];
      return [pair.bytes(1).toString(), value?.has(2) ? value.number(2) === 1 : (value?.number(3) ?? 0)];
    }),
  );
}

/** Who sent a ResourceSpans or a ResourceMetrics. */
export function serviceOf(sent: Message): string {
  return String(attributesOf(sent.messages(1).flatMap((resource) => resource.messages(1)))['service.name']);
}
