/** A decoded message, by field number. */
export interface Message {
  has(field: number): boolean;
  number(field: number): number;
  bytes(field: number): Buffer;
  messages(field: number): Message[];
}

/** Reads protobuf's wire format (https://protobuf.dev/programming-guides/encoding). */
export function decode(buffer: Buffer): Message {
  const fields = new Map<number, (number | Buffer)[]>();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = buffer.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(value);
    }
  };
  const take = (length: number) => {
    at += length;
    return buffer.subarray(at - length, at);
  };
  while (at < buffer.length) {
    const tag = varint();
    const type = tag & 7;
    const value =
      type === 0
        ? varint()
        : type === 1
          ? take(8)
          : type === 2
            ? take(varint())
            : type === 5
              ? take(4)
              : null;
    if (value === null) throw new Error(`wire type ${type} at ${at}`);
    fields.set(tag >>> 3, [...(fields.get(tag >>> 3) ?? []), value]);
  }
  const buffers = (field: number) => (fields.get(field) ?? []).filter((value) => typeof value !== 'number');
  return {
    has: (field) => fields.has(field),
    number: (field) => (fields.get(field) ?? []).findLast((value) => typeof value === 'number') ?? 0,
    bytes: (field) => buffers(field).at(-1) ?? Buffer.alloc(0),
    messages: (field) => buffers(field).map(decode),
  };
}
