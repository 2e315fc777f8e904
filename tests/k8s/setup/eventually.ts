/** Asks every half second until `check` gives something; its last complaint is the error. */
export async function eventually<Value>(
  what: string,
  check: () => Promise<Value | undefined | false | null>,
  seconds = 90,
): Promise<Value> {
  const deadline = Date.now() + seconds * 1_000;
  let complaint: unknown;
  for (;;) {
    try {
      const value = await check();
      if (value) return value;
    } catch (error) {
      complaint = error;
    }
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`, { cause: complaint });
    await new Promise((tick) => setTimeout(tick, 500));
  }
}
