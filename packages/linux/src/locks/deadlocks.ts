/** A task that waits for a lock which another task holds. */
export interface Wait {
  readonly task: bigint;
  readonly lock: bigint;
  /** Null where the lock does not say. */
  readonly owner: bigint | null;
}

/**
 * The cycles among tasks that wait for each other: each is a deadlock, and begins at its lowest
 * address. A task waits for one lock at a time, so each task is in one cycle at the most.
 */
export function deadlocksIn(waits: readonly Wait[]): Wait[][] {
  const byTask = new Map(waits.map((wait) => [wait.task, wait]));
  const done = new Set<bigint>();
  const cycles: Wait[][] = [];
  for (const start of byTask.keys()) {
    const path = new Map<bigint, number>();
    const steps: Wait[] = [];
    let at: bigint | null = start;
    while (at !== null && !done.has(at) && !path.has(at)) {
      const wait: Wait | undefined = byTask.get(at);
      if (wait === undefined) {
        break;
      }
      path.set(at, steps.length);
      steps.push(wait);
      at = wait.owner;
    }
    const from = at === null ? undefined : path.get(at);
    if (from !== undefined) {
      cycles.push(fromLowest(steps.slice(from)));
    }
    for (const { task } of steps) {
      done.add(task);
    }
  }
  return cycles;
}

function fromLowest(cycle: readonly Wait[]): Wait[] {
  let lowest = 0;
  for (const [index, { task }] of cycle.entries()) {
    if (task < (cycle[lowest]?.task ?? task)) {
      lowest = index;
    }
  }
  return [...cycle.slice(lowest), ...cycle.slice(0, lowest)];
}
