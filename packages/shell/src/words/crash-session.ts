import { hex, type Kernel, printable, resultOf, type Task } from '@vmcorekit/core';
import { type Panicked, panickedOf, perCpuOf, runningCpusOf } from '@vmcorekit/linux';
import { hexNumber } from './numbers.ts';
import type { CurrentTask } from './shell-word.ts';
import { wordError } from './word-error.ts';

/** What crash's words keep between them: the tasks, and which of them is the current one. */
export class CrashSession {
  readonly #kernel: Kernel;
  readonly #current: CurrentTask;
  #tasks: readonly Task[] | undefined;
  #panicked: Panicked | undefined;
  #doubt: string | undefined;

  constructor(kernel: Kernel, current: CurrentTask) {
    this.#kernel = kernel;
    this.#current = current;
  }

  /** By pid, the idle tasks first. Throws `unsupported` where the kernel does not lead to them. */
  get tasks(): readonly Task[] {
    this.#tasks ??= [...this.#kernel.tasks()];
    return this.#tasks;
  }

  /** The task that words without one are about: at first the one that panicked, else CPU 0's. */
  get current(): Task {
    const { address } = this.#current;
    const chosen = this.tasks.find((each) => each.address === address) ?? this.ofPanic();
    const task = chosen ?? this.onCpu(0) ?? this.tasks[0];
    if (task === undefined) {
      throw wordError('set', 'no task', 'a dump in which tasks are found');
    }
    if (chosen === undefined && this.#whoPanicked().isCrashed) {
      this.#doubt = `the task that panicked is not known: this is about ${printable(task.comm)}`;
    }
    return task;
  }

  set current({ address, pid, cpu }: Task) {
    this.restore({ address, pid, cpu });
  }

  /** What `restore` takes: also that nothing was chosen. */
  get saved(): CurrentTask {
    return { ...this.#current };
  }

  restore(saved: CurrentTask): void {
    Object.assign(this.#current, saved);
    this.#doubt = undefined;
  }

  /** Once, a sentence where the current task is only a guess. */
  takeDoubt(): string | undefined {
    const doubt = this.#doubt;
    this.#doubt = undefined;
    return doubt;
  }

  /** The CPU of the current task. */
  get cpu(): number {
    return this.cpuOf(this.current) ?? 0;
  }

  /** The CPU of a task; of the one that panicked also by the log. */
  cpuOf({ cpu, address }: Task): number | null {
    return cpu ?? (address === this.ofPanic()?.address ? this.#whoPanicked().cpu.value : null);
  }

  /** The CPUs that have per-CPU data, ascending. */
  get cpus(): readonly number[] {
    return perCpuOf(this.#kernel).possible.value ?? [];
  }

  onCpu(cpu: number): Task | undefined {
    const running = runningCpusOf(this.#kernel).find(({ number }) => number === cpu);
    return this.tasks.find(({ address }) => address === running?.task);
  }

  ofPanic(): Task | undefined {
    const { isCrashed, task } = this.#whoPanicked();
    return isCrashed ? task : undefined;
  }

  /** The tasks that the CPUs run, as far as the kernel says. */
  get running(): readonly Task[] {
    const addresses = new Set(runningCpusOf(this.#kernel).map(({ task }) => task));
    return this.tasks.filter(({ address }) => addresses.has(address));
  }

  /** The error of a word that needs the task that panicked. */
  noPanic(word: string, option: string): ReturnType<typeof wordError> {
    const allowed = this.#whoPanicked().isCrashed
      ? 'a PID or TASK: the kernel panicked, and the task that panicked is not known'
      : 'a dump of a kernel that panicked';
    return wordError(word, option, allowed);
  }

  #whoPanicked(): Panicked {
    this.#panicked ??= resultOf(panickedOf(this.#kernel, this.tasks));
    return this.#panicked;
  }

  /** The tasks that a word names: a decimal pid, else the hexadecimal address of a task_struct. */
  named(word: string, text: string): readonly Task[] {
    const byPid = /^\d+$/.test(text) ? this.tasks.filter(({ pid }) => pid === Number(text)) : [];
    const address = hexNumber(text);
    const found = byPid.length > 0 ? byPid : this.tasks.filter((task) => task.address === address);
    if (found.length === 0) {
      throw wordError(word, printable(text), 'the pid or the task_struct of a task');
    }
    return found;
  }

  /** The tasks that the operands name; the current one where there are none. */
  chosen(word: string, operands: readonly string[]): readonly Task[] {
    return operands.length === 0
      ? [this.current]
      : operands.flatMap((operand) => this.named(word, operand));
  }
}

/** How a command of vmcorekit is given a task: by its address, because idle tasks share a pid. */
export function taskWord({ address }: Task): string {
  return hex(address);
}

/** The line that crash prints above what it says of a task. */
export function taskLine({ pid, address, cpu, comm }: Task): string {
  return (
    `PID: ${String(pid).padEnd(7)}  TASK: ${address.toString(16)}  ` +
    `CPU: ${String(cpu ?? '?').padEnd(3)}  COMMAND: "${printable(comm)}"`
  );
}
