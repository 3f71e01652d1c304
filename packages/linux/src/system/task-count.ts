import { type Fact, notProved, proved } from './fact.ts';
import { readVariable, type Variables } from './read-variable.ts';

/** PID_MAX_LIMIT. Source: Linux, include/linux/threads.h. */
const maxTasks = 2 ** 22;

/**
 * How many tasks there are: each thread of each process and of the kernel is one; the idle tasks,
 * one a CPU, do not count. Source: Linux, kernel/fork.c (`nr_threads`).
 */
export function taskCountOf(kernel: Variables): Fact<number> {
  return readVariable(kernel, ['nr_threads'], (address, name): Fact<number> => {
    const count = kernel.memory.readInt32(address);
    return count < 1 || count > maxTasks
      ? notProved(`${name} holds ${count}, which no running kernel has`)
      : proved(count, name);
  });
}
