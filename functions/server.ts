import { ConfigError, configOrExit, loadConfig } from '#shared/config/load-config.ts';
import { ServerConfig } from '#shared/config/server-config.ts';
import { live } from '#shared/process/live.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { functions } from './index.ts';
import { createRuntime } from './runtime.ts';
import { openServerTelemetry } from './server-telemetry.ts';

const config = configOrExit(() => loadConfig(ServerConfig, process.env));
const logger = createLogger({ level: config.LOG_LEVEL, name: 'kaggle-data-api' });
const telemetry = await openServerTelemetry(config, logger);
const { app, close } = await createRuntime(
  configOrExit(() => selected(config.FUNCTIONS)),
  config,
  logger,
);

await live(
  async ({ onEnd }) => {
    onEnd(() => telemetry.close());
    onEnd(() => close());
    await app.listen({ host: config.HOST, port: config.PORT });
    telemetry.listening();
  },
  {
    report(ending) {
      if ('err' in ending) logger.fatal({ err: ending.err }, 'stopping after an error that nothing caught');
      else logger.info({ signal: ending.by }, 'stopping');
    },
  },
);

function selected(names: readonly string[] | undefined) {
  if (!names) return functions;
  const unknown = names.filter((name) => !functions.some((definition) => definition.name === name));
  if (unknown.length > 0) throw new ConfigError([`FUNCTIONS: there is no function ${unknown.join(', ')}`]);
  return functions.filter(({ name }) => names.includes(name));
}
