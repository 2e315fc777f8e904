import { beforeAll, describe, expect, it } from 'vitest';
import { catalogueGroup } from '#functions/catalogue/group.ts';
import { listDatasets } from '#functions/catalogue/list-datasets.ts';
import { lambdaHandler } from '#functions/host/lambda.ts';
import { byLambda, type Handler } from '#tests/lambda/transports.ts';
import { hasDatabase, useDatabase } from '#tests/setup/api.ts';
import { useReceiver } from './otlp-receiver.ts';

describe.skipIf(!hasDatabase)('a Lambda', () => {
  const database = useDatabase();
  const receiver = useReceiver();
  let handler: Handler;
  beforeAll(async () => {
    Object.assign(process.env, {
      DATABASE_URL: database.url,
      AUTH: 'off',
      LOG_LEVEL: 'silent',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      // Nothing would come in time if calls did not flush.
      OTEL_BSP_SCHEDULE_DELAY: '60000',
      OTEL_METRIC_EXPORT_INTERVAL: '3600000',
    });
    handler = (await lambdaHandler(catalogueGroup, listDatasets)) as Handler;
  });

  it('has sent its spans and metrics when it answers, as it may be frozen from then on', async () => {
    for (const [calls, trace] of ['a', 'b'].map((digit) => digit.repeat(32)).entries()) {
      const headers = { traceparent: `00-${trace}-00000000000000ff-01` };
      expect((await byLambda(handler, 2, { method: 'GET', url: '/datasets', headers })).status).toBe(200);
      const [request, ...more] = receiver.spans.filter(
        ({ traceId, kind }) => traceId === trace && kind === 2,
      );
      expect(more).toEqual([]);
      expect(request).toMatchObject({
        name: 'GET /datasets',
        parentId: '00000000000000ff',
        service: 'list-datasets',
        status: 0,
        attributes: { 'http.response.status_code': 200 },
      });
      expect(receiver.spans).toContainEqual(
        expect.objectContaining({ name: 'list_datasets_name_ascending', parentId: request?.spanId }),
      );
      expect(
        receiver.points.findLast(({ metric }) => metric === 'http.server.request.duration'),
      ).toMatchObject({
        service: 'list-datasets',
        count: calls + 1,
        attributes: { 'http.route': '/datasets', 'http.response.status_code': 200 },
      });
    }
  });
});
