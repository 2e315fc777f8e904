type Task = (signal: AbortSignal) => Promise<unknown>;
type Results<Tasks extends readonly Task[]> = { [Index in keyof Tasks]: Awaited<ReturnType<Tasks[Index]>> };

/**
 * Runs tasks side by side. The first error aborts the others' signal, and is thrown when all have ended: nothing goes
 * on behind the caller's back.
 */
export async function together<Tasks extends readonly Task[]>(
  signal: AbortSignal,
  tasks: readonly [...Tasks],
): Promise<Results<Tasks>> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const results = await Promise.allSettled(
    tasks.map((task) =>
      task(either).catch((error) => {
        failed.abort(error);
        throw error;
      }),
    ),
  );
  failed.signal.throwIfAborted();
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])) as Results<Tasks>;
}
