import {
  hex,
  isVmcorekitError,
  type Kernel,
  type KernelCpu,
  plural,
  printable,
  type Registers,
  type Task,
  type VirtualAddress,
} from '@vmcorekit/core';
import {
  isOfKernelNote,
  registersOfTask,
  remarksOnTasks,
  runningCpusOf,
  type TaskRegisters,
} from '@vmcorekit/linux';
import type { GdbMachine } from './gdb-machine.ts';
import type { GdbExecFile, GdbTarget, GdbThread } from './gdb-target.ts';
import { readHeld } from './reading.ts';
import { execFileOf } from './symbol-file/exec-file.ts';
import type { Deflate } from './symbol-file/packed-section.ts';

/** Characters of a warning in a list of threads; `monitor ps` has it whole. */
const maxWarningLength = 160;

/** A thread with what its registers come from. */
interface KernelThread extends GdbThread {
  registers(): Registers | null;
}

/** The kernel in a dump as gdb sees it: its CPUs, then its tasks. Tasks are read when asked for. */
export class KernelTarget implements GdbTarget {
  readonly machine: GdbMachine;
  readonly byteOrder: GdbTarget['byteOrder'];
  readonly textSegment: VirtualAddress | null;
  readonly monitor: GdbTarget['monitor'];
  readonly execFile?: GdbExecFile;
  readonly #kernel: Kernel;
  readonly #ofKernel: Registers;
  #threads: readonly KernelThread[] | undefined;
  #missing: string | null = null;
  #remarks: readonly string[] = [];
  #cpuCount = 0;

  /**
   * `monitor` runs a command line and gives what it prints; without one, gdb has no `monitor`.
   * `deflate` makes a zlib stream of bytes; without one, gdb fetches more of the symbol file.
   */
  constructor(
    kernel: Kernel,
    machine: GdbMachine,
    monitor?: GdbTarget['monitor'],
    deflate?: Deflate,
  ) {
    this.#kernel = kernel;
    this.machine = machine;
    this.#ofKernel = machine.registersBy?.(kernel) ?? new Map();
    this.monitor = monitor;
    this.byteOrder = kernel.memory.byteOrder;
    this.textSegment = textSegmentOf(kernel, machine);
    const execFile = execFileOf(kernel, deflate);
    if (execFile !== undefined) {
      this.execFile = execFile;
    }
  }

  /** Why tasks are no threads; null where they are, or were not read yet. */
  get missingTasks(): string | null {
    return this.#missing;
  }

  /** What speaks against the list of tasks as a whole, once it was read. Safe to print. */
  get taskRemarks(): readonly string[] {
    return this.#remarks.map((remark) => printable(remark));
  }

  threads(): readonly KernelThread[] {
    this.#threads ??= numbered(this.#allThreads());
    return this.#threads;
  }

  /** What the threads are, and what speaks against their list as a whole: lines, safe to print. */
  status(): readonly string[] {
    const count = this.threads().length;
    return [
      `${plural(this.#cpuCount, 'CPU')} and ${plural(count - this.#cpuCount, 'task')} are threads`,
      ...this.taskRemarks,
      ...(this.textSegment === null
        ? ['gdb moves no symbols: where the first segment of a vmlinux lies is not proved']
        : [`the first segment of a vmlinux lies at ${hex(this.textSegment)}`]),
    ];
  }

  registersOf({ id }: GdbThread): Registers | null {
    const registers = this.threads()[id - 1]?.registers() ?? null;
    if (registers === null) {
      return null;
    }
    const adapted = this.#isOfKernelNote(registers)
      ? (this.machine.adaptKernelNote?.(registers) ?? registers)
      : registers;
    return new Map([...adapted, ...this.#ofKernel]);
  }

  read(address: VirtualAddress, lengthInBytes: number): Uint8Array {
    return readHeld(this.#kernel.memory, address, lengthInBytes);
  }

  /** A task that runs has the registers of its CPU themselves. */
  #isOfKernelNote(registers: Registers): boolean {
    const cpu = this.#kernel.cpus.find((each) => each.registers === registers);
    return cpu !== undefined && isOfKernelNote(cpu);
  }

  /** The first has what speaks against the list of tasks: gdb shows nothing else by itself. */
  #allThreads(): Unnumbered[] {
    const tasks = this.#taskThreads();
    const [first, ...others] = cpuThreads(this.#kernel);
    const cpus = first === undefined ? [] : [withRemarks(first, this.#remarks), ...others];
    this.#cpuCount = cpus.length;
    return [...cpus, ...tasks];
  }

  #taskThreads(): Unnumbered[] {
    try {
      const threads = Array.from(this.#kernel.tasks(), (task) => taskThread(this.#kernel, task));
      this.#remarks = remarksOnTasks(this.#kernel).map((remark) => `of the tasks: ${remark}`);
      return threads;
    } catch (error) {
      if (!isVmcorekitError(error)) {
        throw error;
      }
      this.#missing = error.message;
      this.#remarks = [error.message];
      return [];
    }
  }
}

/** Where the first segment of the kernel's vmlinux lies. */
function textSegmentOf(
  { located, symbols }: Kernel,
  { vmlinuxBegins }: GdbMachine,
): VirtualAddress | null {
  if (vmlinuxBegins === undefined) {
    return located.textVirtualAddress;
  }
  return vmlinuxBegins === null ? null : (symbols.find(vmlinuxBegins)?.address ?? null);
}

type Unnumbered = Omit<KernelThread, 'id'>;

function numbered(threads: readonly Unnumbered[]): KernelThread[] {
  return threads.map((thread, index) => ({ ...thread, id: index + 1 }));
}

/** The kernel's CPUs, then those of the file whose number is not proved. */
function cpuThreads(kernel: Kernel): Unnumbered[] {
  const running = runningCpusOf(kernel);
  const placed = new Set(running.map(({ cpu }) => cpu));
  return [
    ...running.map(({ number, cpu }) => ({
      name: `CPU ${number}`,
      details: cpu === null ? 'its registers are not known' : 'as the dump shows it',
      cpu: number,
      registers: () => cpu?.registers ?? null,
    })),
    ...kernel.cpus.filter((cpu) => !placed.has(cpu)).map(unplaced),
  ];
}

function withRemarks(thread: Unnumbered, remarks: readonly string[]): Unnumbered {
  return remarks.length === 0
    ? thread
    : { ...thread, details: `${thread.details}; ${shortened(remarks)}` };
}

function unplaced({ index, registers }: KernelCpu): Unnumbered {
  return {
    name: `CPU of note ${index}`,
    details: 'its number is not proved',
    cpu: null,
    registers: () => registers,
  };
}

function taskThread(kernel: Kernel, task: Task): Unnumbered {
  const running = task.onCpu === true ? task.cpu : null;
  const place = running === null ? '' : `, runs on CPU ${running}`;
  const found = registersOfTask(kernel, task.address);
  return {
    name: printable(task.comm),
    details: [
      `pid ${task.pid}, ${task.state ?? 'state not known'}${place}`,
      ...warningsOf(task, found),
    ].join('; '),
    cpu: running,
    registers: () => found.registers,
  };
}

/** What speaks against a task and its registers, or why it has none. Safe to print, and short. */
function warningsOf(task: Pick<Task, 'doubts'>, { registers, remarks }: TaskRegisters): string[] {
  const doubts = registers === null ? task.doubts : [...task.doubts, ...remarks];
  return [
    ...(doubts.length === 0 ? [] : [`doubtful: ${shortened(doubts)}`]),
    ...(registers === null ? [`no registers: ${shortened(remarks)}`] : []),
  ];
}

function shortened(sentences: readonly string[]): string {
  const text = printable(sentences.join('; '));
  return text.length > maxWarningLength ? `${text.slice(0, maxWarningLength)}…` : text;
}
