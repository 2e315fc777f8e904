import { groups } from '#functions/index.ts';
import { ConfigError, configOrExit, exitIfInvalid, loadConfig } from '#shared/config/load-config.ts';
import { ServerConfig } from '#shared/config/server-config.ts';
import type { Group } from '#shared/http/group.ts';
import { loadGroups } from '#shared/http/load-groups.ts';
import { live } from '#shared/process/live.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { createRuntime } from './runtime.ts';
import { openServerTelemetry } from './server-telemetry.ts';

/** Milliseconds in which the request that a start from zero is for has come. What is not loaded by then is, so that it fails early. */
const FIRST_REQUEST = 1_000;

const config = configOrExit(() => loadConfig(ServerConfig, process.env));
const served = configOrExit(() => selected(config.FUNCTIONS));
const logger = createLogger({ level: config.LOG_LEVEL, name: 'kaggle-data-api' });
const telemetry = await openServerTelemetry(config, logger);
const { app, close } = await createRuntime(served, config, logger).catch(exitIfInvalid);

await live(
  async ({ onEnd }) => {
    onEnd(() => telemetry.close());
    onEnd(() => close());
    await app.listen({ host: config.HOST, port: config.PORT });
    telemetry.listening();
    setTimeout(() => loadGroups(served), FIRST_REQUEST).unref();
  },
  {
    report(ending) {
      if ('err' in ending) logger.fatal({ err: ending.err }, 'stopping after an uncaught error');
      else logger.info({ signal: ending.by }, 'stopping');
    },
  },
);

/** The groups with those functions that are named, by their own name or their group's. */
function selected(names: readonly string[] | undefined): readonly Group[] {
  if (!names) return groups;
  const known = new Set(groups.flatMap(({ name, functions }) => [name, ...functions.map((one) => one.name)]));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) throw new ConfigError([`FUNCTIONS: unknown functions: ${unknown.join(', ')}`]);
  return groups
    .map((group) => ({
      ...group,
      functions: group.functions.filter((one) => names.includes(group.name) || names.includes(one.name)),
    }))
    .filter(({ functions }) => functions.length > 0);
}
