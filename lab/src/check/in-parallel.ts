/** Runs the tasks, so many at a time. Returns the results in the tasks' order. */
export async function inParallel<T>(
  tasks: readonly (() => Promise<T>)[],
  atATime: number,
): Promise<readonly T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < tasks.length; index = next++) {
      const task = tasks[index] as () => Promise<T>;
      results[index] = await task();
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, atATime) }, worker));
  return results;
}
