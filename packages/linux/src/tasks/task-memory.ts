import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { percpuCounterSum } from '../containers/per-cpu.ts';
import { pageSizeOf } from '../page-size.ts';
import { perKernel } from '../per-kernel.ts';
import { optional, place, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import type { LinuxTask } from './linux-task.ts';
import { tasksOf } from './tasks-of.ts';

/**
 * The numbers of the counters that make up the resident pages: of files, anonymous ones and shared
 * memory. Source: Linux, include/linux/mm_types_task.h (MM_FILEPAGES, MM_ANONPAGES, MM_SHMEMPAGES).
 */
const residentKinds = [0, 1, 3] as const;

/** How much memory a process has. Null where it cannot be read. */
export interface TaskMemory {
  /** Mapped, whether it is in memory or not. */
  readonly virtualSizeInBytes: number | null;
  /** In memory. Pages that processes share count for each of them. */
  readonly residentSizeInBytes: number | null;
}

const nothing: TaskMemory = { virtualSizeInBytes: 0, residentSizeInBytes: 0 };

const layoutOf = perKernel((kernel: Kernel) => {
  const { types, memory } = kernel;
  const counts = types.struct('mm_struct')?.member('rss_stat');
  const ofThread = types.struct('task_struct')?.member('rss_stat.count');
  const wordSizeInBytes = memory.wordSizeInBits / 8;
  // Since Linux 6.2 each counter has a part on each CPU.
  const isPerCpu = counts?.type?.kind === 'array';
  return {
    reader: knownReader(kernel, 'mm_struct', {
      pages: wide('total_vm'),
      counts: place('rss_stat'),
      users: optional(wide('mm_users.counter')),
    }),
    isPerCpu,
    counterSizeInBytes: isPerCpu
      ? (types.struct('percpu_counter')?.sizeInBytes ?? 0)
      : wordSizeInBytes,
    cacheAt: isPerCpu || ofThread === undefined ? null : BigInt(ofThread.offsetInBytes),
  };
});

/** The threads by their memory, which the threads of a process share, and some processes. */
const threadsByMemoryOf = perKernel((kernel: Kernel) => {
  const threads = new Map<VirtualAddress, VirtualAddress[]>();
  for (const { address, values } of tasksOf(kernel).tasks) {
    const others = threads.get(values.mm);
    if (others === undefined) {
      threads.set(values.mm, [address]);
    } else {
      others.push(address);
    }
  }
  return threads;
});

/**
 * The memory of a task's process; none for a task of the kernel, which may borrow some. Before
 * Linux 6.2, each thread keeps its last counts to itself, and a small process has most of its pages
 * there. Source: Linux 6.1, mm/memory.c (SPLIT_RSS_COUNTING).
 */
export function taskMemoryOf(kernel: Kernel, { values, kernelThread }: LinuxTask): TaskMemory {
  const { mm } = values;
  if (mm === 0n || kernelThread) {
    return nothing;
  }
  const known = knownOf(kernel);
  const memory = known.get(mm) ?? readMemory(kernel, mm);
  known.set(mm, memory);
  return memory;
}

/** A process may have thousands of threads, and each of them asks for the same. */
const knownOf = perKernel(() => new Map<VirtualAddress, TaskMemory>());

function readMemory(kernel: Kernel, mm: VirtualAddress): TaskMemory {
  const { reader, isPerCpu, counterSizeInBytes, cacheAt } = layoutOf(kernel);
  const counted = reader?.tryRead(mm);
  if (counted === undefined) {
    return { virtualSizeInBytes: null, residentSizeInBytes: null };
  }
  const pageSizeInBytes = pageSizeOf(kernel);
  const threads = cacheAt === null ? [] : (threadsByMemoryOf(kernel).get(mm) ?? []);
  if (cacheAt !== null && !areAll(kernel, threads.length, counted.users)) {
    return {
      virtualSizeInBytes: sizeOf(counted.pages, pageSizeInBytes),
      residentSizeInBytes: null,
    };
  }
  let resident = 0;
  for (const kind of residentKinds) {
    const at = counted.counts + BigInt(kind * counterSizeInBytes);
    const count = isPerCpu
      ? percpuCounterSum(kernel, at).value
      : oldCount(kernel, at, kind, cacheAt, threads);
    if (count === null) {
      return {
        virtualSizeInBytes: sizeOf(counted.pages, pageSizeInBytes),
        residentSizeInBytes: null,
      };
    }
    resident += Math.max(0, Number(count));
  }
  return {
    virtualSizeInBytes: sizeOf(counted.pages, pageSizeInBytes),
    residentSizeInBytes: sizeOf(BigInt(resident), pageSizeInBytes),
  };
}

/** Whether a thread of this memory may lie in the lost part of a torn list, and its counts too. */
function areAll(kernel: Kernel, threads: number, users: bigint | null): boolean {
  return tasksOf(kernel).remarks.length === 0 || (users !== null && BigInt(threads) >= users);
}

function oldCount(
  { memory }: Kernel,
  at: VirtualAddress,
  kind: number,
  cacheAt: bigint | null,
  threads: readonly VirtualAddress[],
): bigint | null {
  const total = tryRead(() => {
    let sum = memory.wordSizeInBits === 64 ? memory.readInt64(at) : BigInt(memory.readInt32(at));
    for (const thread of threads) {
      sum += BigInt(memory.readInt32(thread + (cacheAt ?? 0n) + BigInt(4 * kind)));
    }
    return sum;
  });
  return total ?? null;
}

/** Null for what no processor can map. */
function sizeOf(pages: bigint, pageSizeInBytes: number): number | null {
  const size = Number(pages) * pageSizeInBytes;
  return size >= 0 && Number.isSafeInteger(size) ? size : null;
}
