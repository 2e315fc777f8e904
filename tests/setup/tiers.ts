/** Files of the API's folders that are no inner loop: they start many processes, wait for clocks, or work through thousands of inputs. */
export const NOT_API = [
  'tests/functions/changes/{event-stream,list-changes}.test.ts',
  'tests/functions/finding/search.test.ts',
  'tests/functions/kaggle/{pull-hold,pull-through}.test.ts',
  'tests/functions/mirror/{downloads,readers}.test.ts',
  'tests/functions/tables/{diff-tables,odd-columns,query-datasets,query-processes,query-version,streams}.test.ts',
  'tests/functions/web/{export-sql,show-sql}.test.ts',
  'tests/functions/{large-pages,preconditions}.test.ts',
  'tests/lambda/parity.test.ts',
  'tests/shared/data/{grants,list-plans,query-plans,roles,search-plans,up-to-bytes}.test.ts',
  'tests/shared/http/{hostile-fields,raw-requests}.test.ts',
  'tests/shared/storage/archive/*.test.ts',
  'tests/shared/tables/{corpus,late-rows,memory}.test.ts',
];

/** What takes long and seldom breaks: servers killed and restarted at many moments, each way to start wrongly, all migrations, the runbooks, the same by other ways. */
const RARE = [
  'tests/charts/{capacity,containers,flows,library,new-chart,packages,roles,telemetry,upgrade,workload-map}.test.ts',
  'tests/docs/runbooks.test.ts',
  'tests/faults/{database,database-restart,lock-order,processes,slow-readers,volume-gone}.test.ts',
  'tests/fetch-kaggle/{api-faults,crashes,deliveries,faults,kill-points,lost-connections,metadata,odd-answers,pulls}.test.ts',
  'tests/fetch-kaggle/{pace,replacements,shared-runs,shared-space,tables,upstream-changes,volume}.test.ts',
  'tests/functions/changes/event-stream.test.ts',
  'tests/functions/kaggle/{pull-hold,pull-through}.test.ts',
  'tests/functions/mirror/readers.test.ts',
  'tests/functions/tables/{odd-columns,query-processes}.test.ts',
  'tests/knative/kind.test.ts',
  'tests/lambda/parity.test.ts',
  'tests/load/{api-processor,load}.test.ts',
  'tests/scripts/{data-dir,first-contact,roles,stopping}.test.ts',
  'tests/shared/data/{grants,roles}.test.ts',
  'tests/shared/storage/archive/{random-archives,zip64}.test.ts',
  'tests/shared/tables/memory.test.ts',
  'tests/telemetry/{bundle,catalogue,collector}.test.ts',
  'tests/{bundles,hermetic,migrations,undo-migration}.test.ts',
];

const isNamed = process.argv.some((argument) => /\.test\.ts\b|^tests\//.test(argument));

/** The files that this run leaves out: none with `WHOLE=1` or `SLOW=1`, or where the command names files. */
export const LEFT_OUT = process.env.WHOLE === '1' || process.env.SLOW === '1' || isNamed ? [] : RARE;

/** One at a time: they measure what the machine gives, or look at all that it runs. */
export const ALONE = [
  'tests/faults/overload.test.ts',
  'tests/load/api-processor.test.ts',
  'tests/scripts/stopping.test.ts',
];
