import { setPriority } from 'node:os';
import { convertFile } from '#shared/tables/convert/convert-file.ts';
import type { ConvertReply } from '#shared/tables/convert/convert-task.ts';
import { listParts } from '#shared/tables/convert/list-parts.ts';
import { toTableError } from '#shared/tables/convert/table-error.ts';
import type { EngineTask } from '#shared/tables/engine-task.ts';
import { exportRows } from '#shared/tables/export/export-rows.ts';
import type { ExportReply } from '#shared/tables/export/export-task.ts';

// One task, by message; one reply. It dies with whoever started it, and gives way to everything else.
setPriority(19);
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.once('message', async (task: EngineTask) => {
  const reply = await work(task);
  // Without the engine's threads being waited for.
  process.send?.(reply, () => process.exit(0));
});

async function work(task: EngineTask): Promise<ConvertReply | ExportReply> {
  if (task.kind === 'export') return exportRows(task);
  try {
    if (task.kind === 'list-parts') return { parts: await listParts(task) };
    return { converted: await convertFile(task) };
  } catch (error) {
    const { failure, message } = toTableError(error);
    return { failure, detail: message };
  }
}
