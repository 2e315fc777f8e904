import * as z from 'zod';

/** Five fields, or one of the names that CronJobs of Kubernetes take. Ranges are checked by who reads the schedule. */
const CRON =
  /^([\dA-Za-z*?,/-]+( [\dA-Za-z*?,/-]+){4}|@(yearly|annually|monthly|weekly|daily|midnight|hourly))$/;

/** When the mirror job checks all mirrors, for people who wait for it. */
export const scheduleFields = {
  /** Schedule on which the mirror job runs, such as `0 2 * * *`: minute, hour, day of month, month, day of week. The page of mirrors then names the next check. Set it to the schedule of the CronJob, and leave it out where no job runs on a schedule. It starts no job. */
  MIRROR_SCHEDULE: z
    .string()
    .regex(CRON, { error: 'must be a cron expression of 5 fields, such as 0 2 * * *' })
    .optional(),
  /** Time zone of MIRROR_SCHEDULE, such as `Europe/Vienna`. */
  MIRROR_SCHEDULE_TIME_ZONE: z
    .string()
    .refine(isTimeZone, { error: 'must be a time zone, such as Europe/Vienna' })
    .default('Etc/UTC'),
};

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
