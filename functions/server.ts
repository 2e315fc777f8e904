import closeWithGrace from 'close-with-grace';
import { ConfigError, configOrExit, loadConfig } from '#shared/config/load-config.ts';
import { ServerConfig } from '#shared/config/server-config.ts';
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

closeWithGrace({ delay: 10_000, logger: false }, async ({ signal, err }) => {
  if (err) logger.fatal({ err }, 'stopping after an error that nothing caught');
  else logger.info({ signal }, 'stopping');
  await close();
  await telemetry.close();
});
await app.listen({ host: config.HOST, port: config.PORT });
telemetry.listening();

function selected(names: readonly string[] | undefined) {
  if (!names) return functions;
  const unknown = names.filter((name) => !functions.some((definition) => definition.name === name));
  if (unknown.length > 0) throw new ConfigError([`FUNCTIONS: there is no function ${unknown.join(', ')}`]);
  return functions.filter(({ name }) => names.includes(name));
}
