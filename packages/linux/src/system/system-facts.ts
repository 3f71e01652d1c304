// Gathers every fact of a system, and so imports the file of each.
import {
  type Dump,
  type Kernel,
  type LocatedKernel,
  type Progress,
  sizeOfRanges,
} from '@vmcorekit/core';
import { timekeeperOf } from '../description/timekeeper.ts';
import { pageSizeOf } from '../page-size.ts';
import { commandLineOf } from './command-line.ts';
import { crashTimeIn, headerTimeIn, wallClockIn } from './dates.ts';
import { type Fact, notProved, proved } from './fact.ts';
import { cpuModelOf, firmwareOf, hypervisorOf, machineModelOf } from './hardware.ts';
import { kernelCpuCountsOf } from './kernel-cpu-count.ts';
import { type KernelNames, namesOf } from './kernel-names.ts';
import { type LoadAverage, loadAverageOf } from './load-average.ts';
import { panicOf } from './panic.ts';
import type { PanicMessage } from './panic-message.ts';
import { systemRamOf } from './system-ram.ts';
import { type Taint, taintOf } from './taint.ts';
import { taskCountOf } from './task-count.ts';
import { uptimeOf } from './uptime.ts';
import { usableMemoryOf } from './usable-memory.ts';

/** What a dump says of the machine and of the kernel that ran on it; each with its source. */
export interface SystemFacts extends KernelNames {
  /** The machine's maker and model, as its firmware says. */
  readonly machineModel: Fact<string>;
  readonly firmware: Fact<string>;
  readonly cpuModel: Fact<string>;
  /** `none` where the kernel found no hypervisor. */
  readonly hypervisor: Fact<string>;
  /** How many CPUs the dump has the state of. */
  readonly cpusInDump: Fact<number>;
  readonly cpusOnline: Fact<number>;
  readonly cpusPresent: Fact<number>;
  /** The physical memory that the file describes, in bytes. */
  readonly memoryInDump: Fact<number>;
  /** RAM, in bytes, by /proc/iomem. */
  readonly systemRam: Fact<number>;
  /** MemTotal, in bytes. */
  readonly usableMemory: Fact<number>;
  /** In seconds since 1970, as are the next two. */
  readonly crashTime: Fact<number>;
  /** The kernel's wall clock when its memory was captured. */
  readonly wallClock: Fact<number>;
  /** When the file's header says that the dump was taken. */
  readonly headerTime: Fact<number>;
  readonly uptimeInSeconds: Fact<number>;
  readonly loadAverage: Fact<LoadAverage>;
  readonly tasks: Fact<number>;
  readonly commandLine: Fact<string>;
  readonly taint: Fact<Taint>;
  readonly panic: Fact<PanicMessage>;
}

const noKernel = notProved('no kernel was found');
const noMemory = notProved('nothing maps the memory of the kernel');

/**
 * Gathers the facts. `located` is null where no kernel was found, `kernel` where its memory cannot
 * be read; then the file's header and notes still say something.
 */
export function* systemFactsOf(
  dump: Dump,
  located: LocatedKernel | null,
  kernel: Kernel | null,
): Generator<Progress, SystemFacts, void> {
  const unread = located === null ? noKernel : noMemory;
  const timekeeper = kernel === null ? undefined : timekeeperOf(kernel);
  const counts = kernel === null ? undefined : kernelCpuCountsOf(kernel);
  const systemRam = kernel === null ? unread : systemRamOf(kernel);
  // Types may have been read for it, which takes longest.
  yield { kind: 'progress', doing: "reading the kernel's variables", fraction: null };
  const of = <Value>(read: (kernel: Kernel) => Fact<Value>): Fact<Value> =>
    kernel === null ? unread : read(kernel);
  return {
    ...namesOf(dump, located, kernel),
    machineModel: of(machineModelOf),
    firmware: of(firmwareOf),
    cpuModel: of(cpuModelOf),
    hypervisor: of(hypervisorOf),
    cpusInDump:
      dump.cpus.length === 0
        ? notProved('the dump holds the state of no CPU')
        : proved(dump.cpus.length, "the dump's notes"),
    cpusOnline: counts?.online ?? unread,
    cpusPresent: counts?.present ?? unread,
    memoryInDump: proved(sizeOfRanges(dump.image.memory.ranges), "the dump's memory ranges"),
    systemRam,
    usableMemory: of((each) => usableMemoryOf(each, pageSizeOf(each))),
    crashTime: crashTimeIn(dump, located, kernel),
    wallClock: of(() => wallClockIn(timekeeper)),
    headerTime: headerTimeIn(dump),
    uptimeInSeconds: of((each) => uptimeOf(each, timekeeper)),
    loadAverage: of(loadAverageOf),
    tasks: of(taskCountOf),
    commandLine: of(commandLineOf),
    taint: of(taintOf),
    panic: kernel === null ? unread : yield* panicOf(kernel),
  };
}
