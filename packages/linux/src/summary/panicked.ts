import type { Kernel, Progress, Task } from '@vmcorekit/core';
import { runningCpusOf } from '../stacks/running-cpus.ts';
import { type Fact, notProved, proved } from '../system/fact.ts';
import { intactLogOf, panicCpuOf } from '../system/panic.ts';
import { type PanicMessage, panicMessageIn } from '../system/panic-message.ts';

/** What is known of who panicked. */
export interface Panicked {
  /** Whether the kernel panicked, by its log or by how it was dumped. */
  readonly isCrashed: boolean;
  readonly cpu: Fact<number>;
  /** One of the tasks that were given; undefined where none is known to be it. */
  readonly task: Task | undefined;
}

/**
 * Finds the CPU that panicked and its task among `tasks`: the one that the CPU runs, else the one
 * that the log names by pid and name.
 */
export function* panickedOf(
  kernel: Kernel,
  tasks: readonly Task[],
): Generator<Progress, Panicked, void> {
  const log = yield* intactLogOf(kernel);
  const variable = panicCpuOf(kernel);
  const message = panicMessageIn(
    typeof log === 'string' ? [] : log.records,
    variable,
    kernel.located.role,
  );
  const cpu = panickedCpuOf(kernel, message, variable);
  const running = runningCpusOf(kernel).find(({ number }) => number === cpu.value);
  const logged = message?.task;
  const named = tasks.filter(
    ({ pid, comm }) => pid !== 0 && pid === logged?.pid && comm === logged.name,
  );
  return {
    isCrashed: isCrashed(kernel, message),
    cpu,
    task:
      running?.task == null
        ? named.length === 1
          ? named[0]
          : undefined
        : tasks.find(({ address }) => address === running.task),
  };
}

function isCrashed(kernel: Kernel, message: PanicMessage | undefined): boolean {
  return message !== undefined || kernel.located.role === 'crashed';
}

/** `panic_cpu` alone proves nothing, because a wiped page reads as CPU 0. */
export function panickedCpuOf(
  kernel: Kernel,
  message: PanicMessage | undefined,
  variable: number | undefined,
): Fact<number> {
  const didCrash = isCrashed(kernel, message);
  if (variable !== undefined && didCrash) {
    return proved(variable, 'panic_cpu');
  }
  if (message?.task != null) {
    return proved(message.task.cpu, "the kernel's log");
  }
  return notProved(
    didCrash ? 'neither panic_cpu nor the log names the CPU' : 'the kernel did not panic',
  );
}
