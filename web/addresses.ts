/** `/ui/datasets/4/files?version=2&path=a%2F`; what is null or undefined is left out. */
export function address(
  path: string,
  query: Readonly<Record<string, string | number | null | undefined>> = {},
): string {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return search === '' ? path : `${path}?${search}`;
}

/** Where the API gives a file of a version. */
export function fileAddress(datasetId: number, version: number, path: string): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return `/datasets/${datasetId}/versions/${version}/files/${encoded}`;
}
