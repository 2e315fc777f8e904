import { ConfigError } from '#shared/config/load-config.ts';

/** When the mirror job checks all mirrors. */
export interface CheckSchedule {
  /** Of the first run after `now`; null when there is none. */
  next(now: Date): Date | null;
  timeZone: string;
}

declare module '#shared/http/dependencies.ts' {
  interface Dependencies {
    /** Null where it is not known. */
    schedule: CheckSchedule | null;
  }
}

/** @throws {ConfigError} when no clock shows such a time */
export async function readSchedule(expression: string, timeZone: string): Promise<CheckSchedule> {
  // Those who set no schedule do not load it at each start.
  const { Cron } = await import('croner');
  try {
    const cron = new Cron(expression, { timezone: timeZone, mode: '5-part' });
    return { next: (now) => cron.nextRun(now), timeZone };
  } catch (error) {
    throw new ConfigError([`MIRROR_SCHEDULE: ${error instanceof Error ? error.message : String(error)}`]);
  }
}
