import type { Dump, KernelView, MappedRun } from '@vmcorekit/core';
import { runAt } from './run-at.ts';

/** The number of CPUs whose program counters are compared; a hostile dump may name any number. */
const maxCpus = 1024;

/**
 * Whether every CPU was in the text of this image, at addresses where no other kernel has its own:
 * KASLR chose them, or they are a linear map's. Then no other kernel in memory runs, seen or not. A
 * CPU in a program or a module proves nothing.
 */
export function isEveryCpuIn(
  { architecture, layout, cpus }: Pick<Dump, 'architecture' | 'layout' | 'cpus'>,
  runs: readonly MappedRun[],
): boolean {
  const text = runs.filter((run) => run.isExecutable && !run.isWritable);
  const [first] = text;
  const isOnlyThere =
    first !== undefined &&
    (layout?.isOffsetShared === true ||
      layout?.isTextLinkAddress?.(first.virtualAddress) === false);
  return (
    isOnlyThere &&
    cpus.length > 0 &&
    cpus.every(({ registers }) => {
      const pc = architecture?.mmu?.instructionAddress?.(registers);
      return pc !== undefined && runAt(text, pc) !== undefined;
    })
  );
}

/**
 * Whether a CPU was in the text of a kernel, on machines whose notes name no root, or whose kernels
 * share one image offset: there each has virtual addresses of its own, and every root maps them
 * all. The tables must map the instruction as text, and the kernel's symbols, where it has them,
 * must say the same: a forged table of symbols may call any address text. Where kernels share
 * virtual addresses, a CPU counts for each of them.
 */
export function isRunByPc(
  { architecture, layout, cpus }: Pick<Dump, 'architecture' | 'layout' | 'cpus'>,
  { symbols, runs }: Pick<KernelView, 'symbols' | 'runs'>,
): boolean {
  const mmu = architecture?.mmu;
  if (layout?.isRunByPc !== true || mmu?.instructionAddress === undefined) {
    return false;
  }
  const start = symbols.find('_stext')?.address;
  const end = symbols.find('_etext')?.address;
  const isNamed = start !== undefined && end !== undefined;
  // Where the offset is shared, executable mappings go on beyond the image.
  if (layout.isOffsetShared && !isNamed) {
    return false;
  }
  const text = runs.filter((run) => run.isExecutable && (isNamed || !run.isWritable));
  return cpus.slice(0, maxCpus).some(({ registers }) => {
    const pc =
      layout.isOffsetShared || mmu.rootOf(registers) === undefined
        ? mmu.instructionAddress?.(registers)
        : undefined;
    return (
      pc !== undefined && (!isNamed || (start <= pc && pc < end)) && runAt(text, pc) !== undefined
    );
  });
}
