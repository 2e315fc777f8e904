import type { EngineTask } from '#shared/tables/engine-task.ts';
import { giveWay } from '#shared/tables/give-way.ts';

// One task, by message; conversions one after another, as long as they say that there may be more. It dies with the process that started it, and gives way to all else: threads that it starts
// later do so as well. What a task needs is loaded with it, because clients wait for some.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.once('message', take);

async function take(task: EngineTask): Promise<void> {
  const stays = 'stays' in task && task.stays;
  if (stays) process.once('message', take);
  // The start is short, and always the same work: a client who waits for it does not wait for all else.
  if (task.kind !== 'query' || !task.awaited) giveWay();
  await work(task);
  // Without the engine's threads being waited for.
  if (!stays) process.exit(0);
}

async function work(task: EngineTask): Promise<void> {
  if (task.kind === 'query') {
    const { queryChannel } = await import('#shared/tables/sql/query-channel.ts');
    const channel = queryChannel();
    const { answerQuery } = await import('#shared/tables/sql/answer-query.ts');
    return answerQuery(channel);
  }
  if (task.kind === 'export') {
    const { exportRows } = await import('#shared/tables/export/export-rows.ts');
    return reply(await exportRows(task));
  }
  const { convert } = await import('#shared/tables/convert/convert-worker.ts');
  return reply(await convert(task));
}

function reply(message: object): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}
