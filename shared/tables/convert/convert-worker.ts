import { convertFile } from './convert-file.ts';
import type { ConvertReply, ConvertTask } from './convert-task.ts';
import { listParts } from './list-parts.ts';
import { toTableError } from './table-error.ts';

/** Does a task of the conversion; what is wrong with the file is a reply too. */
export async function convert(task: ConvertTask): Promise<ConvertReply> {
  try {
    if (task.kind === 'list-parts') return { parts: await listParts(task) };
    return { converted: await convertFile(task) };
  } catch (error) {
    const { failure, message } = toTableError(error);
    return { failure, detail: message };
  }
}
