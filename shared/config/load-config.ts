import type * as z from 'zod';
import { withNewNames } from './renamed-settings.ts';

/** Everything that is wrong with a process's environment, one line per variable. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration is invalid:\n${problems.map((line) => `  ${line}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/**
 * Reads a process's settings from its environment, once.
 * An empty variable counts as absent, as shells and manifests cannot always leave one out. Old names of renamed settings work.
 * Values are never repeated in the error: they may be secrets.
 * @throws {ConfigError} with all problems together
 */
export function loadConfig<Schema extends z.ZodObject>(
  schema: Schema,
  env: NodeJS.ProcessEnv,
): z.output<Schema> {
  const present: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value) present[name] = value;
  // Compiling the schema costs more than reading it once.
  const parsed = schema.safeParse(withNewNames(present, schema.shape), { jitless: true });
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'environment'}: ${message}`),
  );
}

/** Runs `load`, or ends the process with status 2 and the list of problems on standard error. */
export function configOrExit<Config>(load: () => Config): Config {
  try {
    return load();
  } catch (error) {
    return exitIfInvalid(error);
  }
}

/** Ends the process as `configOrExit` does when the error is of the configuration, else throws it. */
export function exitIfInvalid(error: unknown): never {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
}
