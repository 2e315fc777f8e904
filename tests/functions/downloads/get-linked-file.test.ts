import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FILES, SET, useKaggleMirror } from '#tests/functions/kaggle/kaggle-mirror.ts';
import { hasDatabase } from '#tests/setup/api.ts';

describe.skipIf(!hasDatabase)('a file behind a link', () => {
  const { api, mirror, sql, rpc } = useKaggleMirror();
  const linkOf = async (fileName: string) =>
    String((await rpc('DownloadDataset', { ...SET, fileName, datasetVersionNumber: 1 })).headers.location);

  it('has the fields of a download, and its sums', async () => {
    const { headers, text } = await api.get(await linkOf('d/g h.csv'));
    expect(text).toBe(FILES['d/g h.csv']);
    expect(headers).toMatchObject({
      'content-type': 'text/csv',
      'content-length': '5',
      'accept-ranges': 'bytes',
      'content-disposition': 'attachment; filename="g h.csv"',
      etag: `"${hash('sha256', text)}"`,
      'repr-digest': `sha-256=:${hash('sha256', text, 'base64')}:`,
      'x-goog-hash': `md5=${hash('md5', text, 'base64')}`,
      'last-modified': expect.any(String),
    });
    expect((await api.get(await linkOf('d/g h.csv'), { range: 'bytes=1-2' })).text).toBe('pa');
    expect((await api.get(await linkOf('d/g h.csv'), { 'if-none-match': String(headers.etag) })).status).toBe(
      304,
    );
  });

  it('is no other file of the version', async () => {
    const link = await linkOf('a.csv');
    for (const path of ['d.txt', 'empty.txt', '', 'a.csv/'])
      expect((await api.get(link.replace(/a\.csv$/, path))).status, path).toBeGreaterThanOrEqual(403);
  });

  it('has a sum after --verify, where an earlier release mirrored it', async () => {
    await sql('UPDATE files SET md5 = NULL; UPDATE versions SET archive_md5 = NULL, archive_of = NULL');
    const archive = async () =>
      api.get(String((await rpc('DownloadDataset', { ...SET, datasetVersionNumber: 1 })).headers.location));
    const before = await archive();
    expect(before.status).toBe(200);
    for (const { headers } of [before, await api.get(await linkOf('a.csv'))])
      expect(headers).not.toHaveProperty('x-goog-hash');
    const { status, stdout } = await mirror.fetch(['--verify']);
    expect(status, stdout).toBe(0);
    expect((await archive()).headers['x-goog-hash']).toMatch(/^md5=[\w+/]{22}==$/);
    expect((await api.get(await linkOf('a.csv'))).headers['x-goog-hash']).toBe(
      `md5=${hash('md5', FILES['a.csv'], 'base64')}`,
    );
    expect((await api.get(await linkOf('empty.txt'))).headers['x-goog-hash']).toBe(
      `md5=${hash('md5', '', 'base64')}`,
    );
  });
});
