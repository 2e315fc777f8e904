import type { Engine } from '#shared/tables/open-engine.ts';
import { openConversionEngine } from './conversion-engine.ts';
import { convertFile } from './convert-file.ts';
import type { ConvertReply, ConvertTask } from './convert-task.ts';
import { listParts } from './list-parts.ts';
import { toTableError } from './table-error.ts';

/** The engine of the conversion before, if it may do another. */
let kept: Engine | null = null;

/** Does a task of the conversion; what is wrong with the file is a reply too. */
export async function convert(task: ConvertTask): Promise<ConvertReply> {
  try {
    if (task.kind === 'list-parts') return { parts: await listParts(task) };
    const engine = await engineFor({ folder: task.scratch, bytes: task.room });
    const converted = await convertFile(engine, task);
    kept = engine;
    return { converted };
  } catch (error) {
    const { failure, message } = toTableError(error);
    return { failure, detail: message };
  }
}

/** One that never spilled can spill into the folder of another conversion. */
async function engineFor(spill: { folder: string; bytes: number }): Promise<Engine> {
  const engine = kept;
  kept = null;
  try {
    await engine?.spillTo(spill);
  } catch {
    engine?.close();
    return openConversionEngine(spill);
  }
  return engine ?? openConversionEngine(spill);
}
