import { type KernelCpu, type KernelView, StructView } from '@vmcorekit/core';
import { maxCpus, possibleCpuLimit } from './system/kernel-cpu-count.ts';

const offsetSizeInBytes = 8;
/** Offsets that are read at once: those of a lost page cost no others. */
const pageSizeInBytes = 4096;

/**
 * The note that a kernel writes of its own CPUs. On x86-64 its `gs_base` is the one of the process,
 * which may set it to anything. Source: Linux, arch/x86/include/asm/elf.h,
 * ELF_CORE_COPY_REGS: MSR_KERNEL_GS_BASE.
 */
const kernelNote = 'prstatus';

/** Whether no other note has registers of a CPU than the one that a kernel writes. */
export function isOfKernelNote({ from }: Pick<KernelCpu, 'from'>): boolean {
  return from.every((kind) => kind === kernelNote);
}

/**
 * The CPUs of a dump with their kernel's numbers. `__per_cpu_offset` lists the offsets of per-CPU
 * data by number, and each CPU's registers hold its own offset. The number is null where nothing
 * proves it.
 */
export function kernelCpus(view: KernelView): KernelCpu[] {
  const { cpus, layout } = view.dump;
  const numbers =
    layout?.perCpuOffsetIn === undefined ? new Map<bigint, number>() : numbersByOffset(view);
  const told = cpus.map(({ from, registers }) =>
    isOfKernelNote({ from })
      ? null
      : (numbers.get(layout?.perCpuOffsetIn?.(registers) ?? 0n) ?? null),
  );
  return cpus.map((cpu, index) => {
    const number = told[index] ?? null;
    // Two CPUs share a number, so at least one of them is wrong.
    const isAlone = told.indexOf(number) === told.lastIndexOf(number);
    return { ...cpu, number: isAlone ? number : null };
  });
}

/**
 * No CPU has offset 0. CPUs that never came up share the offset of the first one's template, so
 * only offsets of a single CPU count.
 */
function numbersByOffset(view: KernelView): ReadonlyMap<bigint, number> {
  const numbers = new Map<bigint, number>();
  const repeated = new Set<bigint>();
  for (const { number, offset } of offsetsByNumber(view)) {
    if (numbers.has(offset)) {
      repeated.add(offset);
    } else {
      numbers.set(offset, number);
    }
  }
  for (const offset of repeated) {
    numbers.delete(offset);
  }
  return numbers;
}

/**
 * Those that can be read and are not 0. One that equals the one before it comes at most twice. No
 * CPU has a number from `nr_cpu_ids` on: equal offsets there are the template, and so are the rest.
 */
function* offsetsByNumber(
  view: KernelView,
): Generator<{ readonly number: number; readonly offset: bigint }, void, void> {
  const { memory, symbols } = view;
  const array = symbols.find('__per_cpu_offset');
  if (array === undefined) {
    return;
  }
  const count = Math.min(maxCpus, Math.floor((array.sizeInBytes ?? 0) / offsetSizeInBytes));
  const limit = possibleCpuLimit(view) ?? count;
  let last = 0n;
  let times = 0;
  for (let first = 0; first < count && (first < limit + 2 || times <= 2); ) {
    const at = array.address + BigInt(offsetSizeInBytes * first);
    const inPage = Number(at % BigInt(pageSizeInBytes));
    const room = Math.max(1, Math.floor((pageSizeInBytes - inPage) / offsetSizeInBytes));
    const length = Math.min(count - first, room);
    const bytes = memory.tryRead(at, length * offsetSizeInBytes);
    const offsets =
      bytes === undefined ? undefined : new StructView(bytes, memory.byteOrder, 'offset of a CPU');
    for (let index = 0; offsets !== undefined && index < length; index++) {
      const offset = offsets.uint64(offsetSizeInBytes * index);
      times = offset === last ? times + 1 : 1;
      last = offset;
      if (offset !== 0n && times <= 2) {
        yield { number: first + index, offset };
      }
    }
    first += length;
  }
}
