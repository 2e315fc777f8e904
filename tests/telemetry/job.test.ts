import { mkdir, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useMirror } from '#tests/setup/mirror.ts';
import { rawZip } from '#tests/setup/raw-zip.ts';
import type { ReceivedPoint } from './otlp-points.ts';
import { useReceiver } from './otlp-receiver.ts';

const STAGES = ['check', 'download', 'verify', 'extract', 'publish', 'record'];

describe.skipIf(!hasDatabase)('metrics of the job', () => {
  const mirror = useMirror(useDatabase());
  const first = useReceiver();
  const second = useReceiver();
  const archive = rawZip([{ name: 'a.csv', content: 'x'.repeat(200_000) }]);
  let seconds = 0;
  const fetch = async (refs: string[], url: string, env = {}) => {
    const began = performance.now();
    const args = refs.flatMap((ref) => ['--dataset', ref]);
    const run = await mirror.fetch(args, { OTEL_EXPORTER_OTLP_ENDPOINT: url, ...env });
    seconds = (performance.now() - began) / 1_000;
    return run;
  };
  beforeAll(async () => {
    await mkdir(join(mirror.source, 'ada/one'), { recursive: true });
    await writeFile(join(mirror.source, 'ada/one/1.zip'), archive);
    const ofOne = { ref: 'ada/one', effect: { kind: 'status', status: 429 } } as const;
    mirror.kaggle.faults.add({ on: 'GetDataset', times: 2, ...ofOne });
    mirror.kaggle.faults.add({ on: 'storage', ref: 'ada/one', effect: { kind: 'status', status: 503 } });
    const { status, stdout } = await fetch(['ada/one', 'ada/absent'], first.url);
    expect(status, stdout).toBe(1);
  });

  it('tell of mirrors as they are when it ends', () => {
    const { ready, gone, ...others } = first.values('mirrors');
    expect({ ready, gone }).toEqual({ ready: 1, gone: 1 });
    for (const [state, count] of Object.entries(others)) expect([state, count]).toEqual([state, 0]);
    expect(first.values('staleMirrors')).toEqual({ '': 1 });
    expect(first.values('queuedSyncs')).toEqual({ queued: 0, running: 0 });
    expect(first.values('oldestQueuedSync')).toEqual({ '': 0 });
    expect(first.values('migrationsPending')).toEqual({ '': 0 });
  });

  it('count what Kaggle answered, what was repeated, and the bytes that came', () => {
    const of = (status: number) => first.values('kaggleResponses')[status];
    // Each answer but for those that went wrong: where ada/one is, the archive, where it still is, its metadata and its files.
    expect({ ok: of(200), moved: of(302), busy: of(429), away: of(503) }).toMatchObject({
      ok: 5,
      busy: 2,
      away: 1,
    });
    const answers = Object.values(first.values('kaggleResponses')).reduce((sum, count) => sum + count, 0);
    expect(answers).toBe(mirror.kaggle.seen.length);
    expect(first.values('kaggleRetries')).toEqual({ '': 3 });
    expect(first.values('downloaded')).toEqual({ '': archive.length });
  });

  it('time each sync by its outcome, and its stages', () => {
    expect(first.values('syncDuration')).toEqual({ mirrored: 1, failed: 1 });
    expect(first.values('stageDuration')).toEqual({
      ...Object.fromEntries(STAGES.map((stage) => [stage, 1])),
      check: 2,
    });
    const [mirrored] = newest(first.points, 'kaggle_data.sync.duration', 'mirrored');
    const stages = STAGES.flatMap((stage) =>
      newest(first.points, 'kaggle_data.sync.stage.duration', stage).map(({ value }) => value),
    );
    for (const value of stages) expect(value).toBeGreaterThan(0);
    expect(mirrored?.value).toBeGreaterThan(0);
    expect(mirrored?.value).toBeLessThan(seconds);
  });

  it('measure the volume in bytes', async () => {
    const { bsize, blocks, bavail } = await statfs(mirror.volume);
    expect(first.values('volumeSize')).toEqual({ '': blocks * bsize });
    // Others write to the same disk.
    const free = first.values('volumeFree')[''] ?? Number.NaN;
    expect(Math.abs(free - bavail * bsize)).toBeLessThan((blocks * bsize) / 10);
  });

  it('tell the newest state although metrics were collected just before, and start from zero', async () => {
    await mirror.offer('ada/two', 1, { 'b.csv': '2' });
    const { status, stdout } = await fetch(['ada/one', 'ada/two'], second.url, {
      OTEL_METRIC_EXPORT_INTERVAL: '100',
    });
    expect(status, stdout).toBe(0);
    expect(second.values('mirrors')).toMatchObject({ ready: 2, queued: 0, gone: 1 });
    expect(second.values('syncDuration')).toEqual({ unchanged: 1, mirrored: 1 });
  });
});

function newest(points: readonly ReceivedPoint[], metric: string, attribute: string): ReceivedPoint[] {
  return points
    .filter((point) => point.metric === metric && Object.values(point.attributes).includes(attribute))
    .slice(-1);
}
