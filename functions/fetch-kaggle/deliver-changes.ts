import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DueDelivery,
  dueDeliveries,
  nextDelivery,
  openTarget,
  queueDeliveries,
  type Sent,
} from '#shared/data/deliveries.ts';
import { createListener } from '#shared/data/listen.ts';
import { count } from '#shared/telemetry/measure.ts';
import { type DeliveryTarget, deliveryTargets } from './delivery-target.ts';
import type { Run } from './run.ts';
import { AT_ONCE, createSender, type Sender } from './send-delivery.ts';
import { holdDeliveryTarget, type TargetLease } from './target-lease.ts';

/** Seconds before each repetition; the last one again and again, for three days. */
const PAUSES = [1, 5, 15, 60, 300, 900, 3_600, 10_800, 21_600];
const FLUSH = 250;
/** Milliseconds until who watches looks by itself. */
const POLL = 5_000;
/** A run that ends waits for repetitions that are due within so many seconds, and delivers for so many at most. */
const PATIENCE = { pause: 6, whole: 300 };

type Part = Pick<Run, 'db' | 'config' | 'log' | 'signal'>;

/** Delivers what waits, at the end of a run. */
export async function deliverChanges(run: Part): Promise<void> {
  const signal = AbortSignal.any([run.signal, AbortSignal.timeout(PATIENCE.whole * 1_000)]);
  await toEach({ ...run, signal }, async (delivering) => {
    for (;;) {
      const wait = await delivering();
      if (typeof wait !== 'number' || wait > PATIENCE.pause || signal.aborted) return;
      await sleep(Math.max(0, wait * 1_000), undefined, { signal }).catch(() => {});
    }
  });
}

/** Delivers what comes, until the run is told to stop. */
export async function watchChanges(run: Part): Promise<void> {
  const { signal } = run;
  await toEach(run, async (delivering) => {
    const listener = createListener(run.config.DATABASE_URL, 'changes');
    try {
      while (!signal.aborted) {
        const wait = await delivering();
        if (wait === 'failed') await sleep(POLL, undefined, { signal }).catch(() => {});
        else await listener.next(Math.min(POLL, Math.max(0, (wait ?? POLL) * 1_000)), signal);
      }
    } finally {
      await listener.close();
    }
  });
}

/** Seconds until more is due, null for never; `failed` when the database did. */
type Wait = number | null | 'failed';

/** Each receiver by itself: one that is down holds up nobody else, and no failure here ends the run. */
async function toEach(run: Part, act: (delivering: () => Promise<Wait>) => Promise<void>): Promise<void> {
  const sender = createSender();
  const one = (target: DeliveryTarget) => {
    let opened: number | undefined;
    return act(async () => {
      try {
        opened ??= await openTarget(run.db, target);
        return await deliverTo(run, sender, { ...target, id: opened });
      } catch (err) {
        if (!run.signal.aborted)
          run.log.error({ err, target: target.host }, 'changes could not be delivered');
        return 'failed';
      }
    });
  };
  try {
    await Promise.all(deliveryTargets(run.config).map(one));
  } finally {
    await sender.close();
  }
}

type Open = DeliveryTarget & { id: number };
type Held = Open & { lease: TargetLease };

/** All that is due to one receiver; the seconds until more is, null for never. Another job that delivers to it is left alone. */
async function deliverTo(run: Part, sender: Sender, target: Open): Promise<number | null> {
  const { db } = run;
  const lease = await holdDeliveryTarget(run, target.id);
  if (lease === null) return null;
  try {
    while (!lease.signal.aborted) {
      const queued = await queueDeliveries(db, target.id);
      const due = await dueDeliveries(db, target.id);
      if (due.length > 0) await sendAll(run, sender, { ...target, lease }, due);
      else if (queued === 0) return await nextDelivery(db, target.id);
    }
    return null;
  } finally {
    await lease.release();
  }
}

/** Subjects next to each other, the changes of one after another, until one fails. */
async function sendAll(run: Part, sender: Sender, target: Held, due: readonly DueDelivery[]): Promise<void> {
  const { lease } = target;
  let sent: Sent[] = [];
  let settling: Promise<void> = Promise.resolve();
  const settle = () => {
    const batch = sent;
    sent = [];
    if (batch.length > 0) settling = settling.then(() => lease.settle(batch));
  };
  const subjects = [...Map.groupBy(due, ({ subject }) => subject).values()].values();
  const work = async () => {
    for (const deliveries of subjects)
      for (const delivery of deliveries) {
        if (!(await lease.isHeld())) return;
        const answer = await sender.send(target, delivery, lease.signal);
        // What was cut off is sent again, by the next run or by the job that took over.
        if (lease.signal.aborted && !answer.delivered) return;
        sent.push(outcomeOf(delivery, answer));
        tell(run, target, delivery, answer);
        count('deliveryRequests', 1, { 'kaggle_data.outcome': answer.delivered ? 'delivered' : 'failed' });
        if (!answer.delivered) break;
      }
  };
  const timer = setInterval(settle, FLUSH);
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    clearInterval(timer);
    settle();
    await settling;
  }
}

function outcomeOf({ delivery_id: id, subject, attempts }: DueDelivery, answer: Answer): Sent {
  const pause = PAUSES[Math.min(attempts, PAUSES.length - 1)] ?? 0;
  return { id, subject, ...answer, pause };
}

type Answer = Awaited<ReturnType<Sender['send']>>;

function tell({ log }: Part, { host }: DeliveryTarget, { id, attempts }: DueDelivery, answer: Answer): void {
  if (!answer.delivered && attempts === 0)
    log.warn({ target: host, change: id, reason: answer.error }, 'a change could not be delivered');
}
