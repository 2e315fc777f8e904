/** A call that comes while the same is under way gets its outcome. */
export type Share = <Value>(key: string, act: () => Promise<Value>) => Promise<Value>;

export function singleFlight(): Share {
  const flights = new Map<string, Promise<unknown>>();
  return <Value>(key: string, act: () => Promise<Value>) => {
    const flight = flights.get(key) ?? act().finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight as Promise<Value>;
  };
}
