type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Where a client reached this service: only ever shown to that client, so that what it claims harms nobody. */
export function originOf({ host, 'x-forwarded-proto': proto }: Headers): string {
  const scheme = String(proto ?? '').split(',')[0] === 'https' ? 'https' : 'http';
  return `${scheme}://${host ?? 'localhost'}`;
}
