import {
  type Cpu,
  type Dump,
  type Finding,
  type Heuristic,
  type HeuristicContext,
  type Mmu,
  type Progress,
  tryRead,
} from '@vmcorekit/core';
import { type KernelImage, kernelImageThrough } from '@vmcorekit/linux';
import { claimOf, firstMappingOf, imageClaimFields } from './image-claim.ts';

/** Addresses from here on are the kernel's. */
const kernelHalf = 1n << 63n;

/**
 * The kernels that the CPUs' registers lead to, where these name a program's tables or only a half
 * of the kernel's (`Mmu.kernelRootsOf`). Files of hypervisors hold such registers; notes do not. A
 * root counts if it lies in the image that it maps, and maps the code that the CPU ran. A CPU that
 * leads nowhere says nothing: it may be in a nested guest, or not started yet. Then it may also run
 * a kernel that the others do not, such as the capture kernel. So no CPU counts there, and all
 * memory is searched.
 */
export const cpuTables: Heuristic = {
  name: 'cpu-tables',
  summary: "follows CPUs' registers to the kernel's own page tables",
  needs: ['cpu-registers', 'paging', 'kernel-layout'],
  cost: 'header',
  yields: imageClaimFields,
  looksAt: "the tables that CPUs' system registers name, and pages near them",
  architectures: ['arm64', 'riscv64', 'ppc64'],
  options: {},
  run,
};

function* run({ dump }: HeuristicContext): Generator<Finding | Progress, void, void> {
  const { layout, cpus } = dump;
  const mmu = dump.architecture?.mmu;
  if (mmu?.kernelRootsOf === undefined || layout === null) {
    return;
  }
  const images = new Map<string, KernelImage | undefined>();
  const imageOf = (cpu: Cpu): KernelImage | undefined => {
    for (const root of mmu.kernelRootsOf?.(dump.image.memory, cpu.registers) ?? []) {
      if (!images.has(root.key)) {
        images.set(root.key, kernelImageThrough(dump, root));
      }
      const image = images.get(root.key);
      if (image?.isMappedByItself === true && isRunBy(dump, mmu, cpu, image)) {
        return image;
      }
    }
    return undefined;
  };
  const reached = new Map<KernelImage, Cpu>();
  for (const cpu of cpus) {
    const image = imageOf(cpu);
    if (image === undefined) {
      return;
    }
    if (!reached.has(image)) {
      reached.set(image, cpu);
    }
    yield {
      kind: 'progress',
      doing: "following the CPUs' page tables",
      fraction: cpu.index / cpus.length,
    };
  }
  for (const [image, cpu] of reached) {
    yield {
      kind: 'candidate',
      evidence: 'paging',
      ...claimOf(image, layout),
      because: `CPU ${cpu.index}: ${firstMappingOf(image)}, through ${image.root.summary}`,
      at: [{ physicalAddress: image.root.tableAddress ?? 0 }],
      reachedByCpu: true,
    };
  }
}

/** Whether the kernel's tables map memory, and the kernel's code that the CPU ran. */
function isRunBy(
  { image: { memory } }: Pick<Dump, 'image'>,
  mmu: Mmu,
  { registers }: Pick<Cpu, 'registers'>,
  { root }: KernelImage,
): boolean {
  const at = mmu.instructionAddress?.(registers);
  return (
    mmu.mapsLinearly?.(memory, root) !== false &&
    (at === undefined ||
      at < kernelHalf ||
      tryRead(() => mmu.translate(memory, root, at))?.isExecutable === true)
  );
}
