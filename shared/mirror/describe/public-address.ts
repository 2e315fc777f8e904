/** The addresses of a dataset's resources as the outside reaches them; `base` without a slash at its end. */
export function addressesOf(base: string, datasetId: number) {
  const dataset = `${base}/datasets/${datasetId}`;
  return {
    dataset,
    version(number: number) {
      const version = `${dataset}/versions/${number}`;
      return {
        version,
        archive: `${version}/archive`,
        file: (path: string) => `${version}/files/${escapePath(path)}`,
        parquet: (table: string) => `${version}/tables/${encodeURIComponent(table)}/data.parquet`,
      };
    },
  };
}

/** Each segment for itself; a path may have any character. */
export function escapePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
