import type { Dump, KernelView, VirtualRange } from '@vmcorekit/core';

/** The number of CPUs whose program counters are compared; a hostile dump may name any number. */
const maxCpus = 1024;

/**
 * Whether a CPU was in the text of a kernel, on machines whose notes name no root, or whose kernels
 * share one image offset: there each has virtual addresses of its own, and every root maps them
 * all. Its symbols say where its text begins and ends; without them, its executable mappings do.
 * Where kernels share virtual addresses, a CPU counts for each of them.
 */
export function isRunByPc(
  { architecture, layout, cpus }: Pick<Dump, 'architecture' | 'layout' | 'cpus'>,
  kernel: Pick<KernelView, 'symbols' | 'runs'>,
): boolean {
  const mmu = architecture?.mmu;
  if (layout?.isRunByPc !== true || mmu?.instructionAddress === undefined) {
    return false;
  }
  const ranges = textOf(kernel, layout.isOffsetShared);
  return cpus.slice(0, maxCpus).some(({ registers }) => {
    const pc =
      layout.isOffsetShared || mmu.rootOf(registers) === undefined
        ? mmu.instructionAddress?.(registers)
        : undefined;
    return pc !== undefined && ranges.some(({ start, end }) => start <= pc && pc < end);
  });
}

/** Where the offset is shared, executable mappings go on beyond the image. */
function textOf(
  { symbols, runs }: Pick<KernelView, 'symbols' | 'runs'>,
  needsSymbols: boolean,
): VirtualRange[] {
  const start = symbols.find('_stext')?.address;
  const end = symbols.find('_etext')?.address;
  return start !== undefined && end !== undefined
    ? [{ start, end }]
    : runs
        .filter((run) => run.isExecutable && !run.isWritable && !needsSymbols)
        .map(({ virtualAddress, lengthInBytes }) => ({
          start: virtualAddress,
          end: virtualAddress + BigInt(lengthInBytes),
        }));
}
