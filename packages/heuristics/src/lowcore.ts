import {
  type CandidateFinding,
  type Dump,
  type Finding,
  type Heuristic,
  type HeuristicContext,
  hex,
  type KernelClaim,
  type Mmu,
  type TranslationRoot,
  VmcoreInfo,
} from '@vmcorekit/core';
import {
  kernelAsceOf,
  kernelImageThrough,
  lowcoreVmcoreInfo,
  osInfoOf,
  physicalAddressIn,
  rootAt,
  vmcoreInfoClaim,
} from '@vmcorekit/linux';
import { claimOf, firstMappingOf, imageClaimFields, placeOf } from './image-claim.ts';
import { spokenVmcoreInfo } from './vmcoreinfo-note.ts';

/** A CPU and the root of the kernel that it runs. */
interface CpuRoot {
  readonly index: number;
  readonly root: TranslationRoot;
  readonly from: string;
}

/**
 * What a kernel of s390x leaves for dump tools at fixed places. Control register 13 of each CPU
 * names the kernel's page tables; a CPU's lowcore has a copy. The absolute lowcore points to the
 * VMCOREINFO note and to `os_info`, which states the image's place. Source: Linux,
 * arch/s390/include/asm/lowcore.h, arch/s390/kernel/os_info.c.
 */
export const lowcore: Heuristic = {
  name: 'lowcore',
  summary: "follows s390x's control registers and the pointers of its lowcore to the kernel",
  needs: ['paging', 'kernel-layout'],
  cost: 'header',
  yields: [...imageClaimFields, 'linearMapOffset', 'release', 'buildId'],
  looksAt: 'control register 13 and the lowcore of each CPU; the absolute lowcore, at 0',
  architectures: ['s390x'],
  options: {},
  *run({ dump }: HeuristicContext) {
    yield* byCpus(dump);
    yield* byVmcoreInfo(dump);
    yield* byOsInfo(dump);
  },
};

function* byCpus(dump: Dump): Generator<Finding, void, void> {
  const mmu = dump.architecture?.mmu;
  const { layout } = dump;
  if (mmu === undefined || layout === null) {
    return;
  }
  const met = new Set<string>();
  for (const { index, root, from } of dump.cpus.flatMap((cpu) => rootOf(dump, mmu, cpu) ?? [])) {
    const image = met.has(root.key) ? undefined : kernelImageThrough(dump, root);
    met.add(root.key);
    if (image !== undefined) {
      yield {
        kind: 'candidate',
        evidence: 'paging',
        ...claimOf(image, layout),
        because: `CPU ${index}: ${firstMappingOf(image)}, through ${root.summary}, ${from}`,
        at: [{ physicalAddress: root.tableAddress ?? 0 }],
        reachedByCpu: true,
      };
    }
  }
}

function rootOf(
  { image: { memory } }: Dump,
  mmu: Mmu,
  { index, registers }: Dump['cpus'][number],
): CpuRoot | undefined {
  const root = mmu.rootOf(registers);
  if (root !== undefined) {
    return { index, root, from: 'by its control register 13' };
  }
  const prefix = registers.get('prefix');
  const asce = prefix === undefined ? undefined : kernelAsceOf(memory, prefix);
  const kept = asce === undefined ? undefined : mmu.rootOf(new Map([['cr13', asce]]));
  return kept === undefined
    ? undefined
    : { index, root: kept, from: `by its lowcore at ${hex(prefix ?? 0n)}` };
}

function* byVmcoreInfo(dump: Dump): Generator<Finding, void, void> {
  const note = lowcoreVmcoreInfo(dump.image.memory);
  if (note === undefined) {
    return;
  }
  const info = new VmcoreInfo(note.text);
  const claim = vmcoreInfoClaim(info, dump);
  const root = rootNamed(dump, info, claim);
  yield {
    ...finding({ ...claim, ...textOf(info, claim), ...(root === undefined ? {} : { root }) }),
    because: `the absolute lowcore points to the note at ${hex(note.address)}, which says ${spokenVmcoreInfo(info)}`,
    at: [{ physicalAddress: note.address }],
  };
}

/** `_stext` is another name for `_text` (arch/s390/kernel/vmlinux.lds.S). */
function textOf(
  info: VmcoreInfo,
  { imageOffset }: KernelClaim,
): Pick<KernelClaim, 'textVirtualAddress' | 'textPhysicalAddress'> {
  const textVirtualAddress = info.symbol('_stext');
  return textVirtualAddress === undefined || imageOffset === undefined
    ? {}
    : {
        textVirtualAddress,
        textPhysicalAddress: physicalAddressIn(imageOffset, textVirtualAddress),
      };
}

/** The kernel's own root, which the note names; undefined where no table there maps its image. */
function rootNamed(
  dump: Dump,
  info: VmcoreInfo,
  { imageOffset }: KernelClaim,
): TranslationRoot | undefined {
  const [table] = (dump.layout?.rootTableSymbols ?? []).flatMap((name) => info.symbol(name) ?? []);
  return table === undefined || imageOffset === undefined
    ? undefined
    : rootAt(dump, physicalAddressIn(imageOffset, table), imageOffset);
}

function* byOsInfo({ image: { memory }, layout }: Dump): Generator<Finding, void, void> {
  const info = osInfoOf(memory);
  if (info === undefined || layout === null) {
    return;
  }
  const { kernelOffset, kernelOffsetPhysical, identityBase, physicalAddress } = info;
  const imageOffset = BigInt.asUintN(64, kernelOffset - kernelOffsetPhysical);
  const kaslrOffset = Number(kernelOffset);
  if (
    imageOffset % BigInt(layout.imageAlignmentInBytes) !== 0n ||
    !Number.isSafeInteger(kaslrOffset)
  ) {
    return;
  }
  yield {
    ...finding({
      ...placeOf(imageOffset, layout),
      kaslrOffset,
      linearMapOffset: identityBase,
    }),
    because: `os_info at ${hex(physicalAddress)}, which the absolute lowcore points to, says that the kernel lies ${hex(kernelOffset)} above its link address, in physical memory ${hex(kernelOffsetPhysical)}`,
    at: [{ physicalAddress }],
  };
}

/** The kernel wrote both, so the two are one kind of evidence. */
function finding(
  claim: KernelClaim,
): Pick<CandidateFinding, 'kind' | 'evidence' | 'strength' | 'claim'> {
  return { kind: 'candidate', evidence: 'vmcoreinfo', strength: 'strong', claim };
}
