import {
  type CandidateFinding,
  type Cpu,
  type Dump,
  type Finding,
  type Heuristic,
  type HeuristicContext,
  hex,
  type KernelClaim,
  type KernelLayout,
  type KernelMemory,
  type Progress,
  type SymbolTable,
  TranslatedMemory,
  tryRead,
} from '@vmcorekit/core';
import { bannerAt, imageOffsetOf, isInWindow, type KernelImage, kernelImageOfCpu, physicalAddressIn } from '@vmcorekit/linux';
import { imageClaimFields, placeOf } from './image-claim.ts';

/** The handler of vector 0: `asm_exc_divide_error` since v5.8, `divide_error` before. */
const handlerNames = ['asm_exc_divide_error', 'divide_error'] as const;
const gateSizeInBytes = 16;
/** Present, and an interrupt or a trap gate: type bits 1110 or 1111. */
const presentGate = { mask: 0x8e, value: 0x8e } as const;

/** Where vector 0 leads on a CPU, and the image in which that lies. */
interface Gate {
  readonly cpu: Cpu;
  readonly image: KernelImage;
  readonly memory: KernelMemory;
  readonly base: bigint;
  readonly handler: bigint;
  readonly physicalAddress: number;
}

/**
 * The interrupt descriptor table of each CPU names a function of the kernel: the handler of the divide error. Translated, it says phys_base;
 * less the link address of that function in a symbol file, the KASLR offset; and where the kernel's own symbols are in memory they must name
 * it so, and then say where the text begins.
 * Source: Intel SDM volume 3, "64-Bit Mode IDT"; Linux, arch/x86/kernel/idt.c.
 */
export const idt: Heuristic = {
  name: 'idt',
  summary: "follows each CPU's interrupt descriptor table to the kernel's first handler",
  needs: ['cpu-registers', 'paging', 'kernel-layout'],
  cost: 'pages',
  yields: imageClaimFields,
  looksAt: 'gate 0 of the IDT of each CPU (QEMU notes), through its page tables',
  architectures: ['x86_64'],
  options: {},
  run: followGates,
};

function* followGates(context: HeuristicContext): Generator<Finding | Progress, void, void> {
  const { dump } = context;
  const { layout } = dump;
  if (layout === null) {
    return;
  }
  const told = new Set<number>();
  for (const cpu of dump.cpus) {
    yield { kind: 'progress', doing: 'following interrupt descriptor tables', fraction: cpu.index / dump.cpus.length };
    const gate = gateOf(dump, cpu, layout);
    if (gate === undefined || told.has(gate.physicalAddress)) {
      continue;
    }
    told.add(gate.physicalAddress);
    yield findingOf(gate, seenThroughTables(gate, layout), 'paging', `which lies at ${hex(gate.physicalAddress)}`);
    const { symbols: carved } = yield* context.kernelThrough(gate.image.root, gate.image.runs);
    for (const symbols of [...context.symbolFiles, ...(carved.size === 0 ? [] : [carved])]) {
      yield* bySymbols(gate, layout, symbols);
    }
  }
}

/** Gate 0 of a CPU, provided that it leads into the text of the image that the CPU's tables map. */
function gateOf(dump: Dump, cpu: Cpu, layout: KernelLayout): Gate | undefined {
  const mmu = dump.architecture?.mmu;
  const root = mmu?.rootOf(cpu.registers);
  const base = cpu.registers.get('idt_base');
  const image = root === undefined ? undefined : kernelImageOfCpu(dump, root);
  if (mmu === undefined || image === undefined || base === undefined) {
    return undefined;
  }
  const memory = new TranslatedMemory(dump.image.memory, mmu, image.root);
  const bytes = tryRead(() => memory.read(base, gateSizeInBytes));
  const handler = bytes === undefined ? undefined : handlerIn(bytes);
  if (handler === undefined || !isInWindow(layout.imageWindow(image.root), handler)) {
    return undefined;
  }
  const translation = tryRead(() => memory.translate(handler));
  if (translation === undefined || !translation.isExecutable) {
    return undefined;
  }
  const { physicalAddress } = translation;
  return imageOffsetOf({ virtualAddress: handler, physicalAddress }) === image.imageOffset && image.isMappedByItself
    ? { cpu, image, memory, base, handler, physicalAddress }
    : undefined;
}

/** The address in a 64-bit gate descriptor, in three pieces; undefined where it is no present gate. */
function handlerIn(gate: Uint8Array): bigint | undefined {
  const view = new DataView(gate.buffer, gate.byteOffset, gate.byteLength);
  if ((view.getUint8(5) & presentGate.mask) !== presentGate.value) {
    return undefined;
  }
  return (BigInt(view.getUint32(8, true)) << 32n) | BigInt(view.getUint16(6, true) * 0x1_0000 + view.getUint16(0, true));
}

/** What symbols add: a file's link address gives the KASLR offset, run-time symbols must agree. Either must place the banner too. */
function* bySymbols(gate: Gate, layout: KernelLayout, symbols: SymbolTable): Generator<Finding, void, void> {
  const text = symbols.find('_text')?.address;
  const banner = symbols.find('linux_banner')?.address;
  for (const name of handlerNames) {
    const address = symbols.find(name)?.address;
    if (address === undefined || text === undefined || banner === undefined) {
      continue;
    }
    const offset = Number(gate.handler - address);
    const isAgreed =
      (symbols.addresses === 'runtime' ? offset === 0 : offset >= 0 && offset % layout.imageAlignmentInBytes === 0) &&
      bannerAt(gate.memory, banner + BigInt(offset)) !== undefined;
    if (!isAgreed) {
      yield {
        kind: 'remark',
        because: `${symbols.from} has ${name} at ${hex(address)}, gate 0 of CPU ${gate.cpu.index} leads to ${hex(gate.handler)}: not this kernel's`,
        at: [{ virtualAddress: gate.handler }],
      };
      continue;
    }
    const claim: KernelClaim = {
      ...seenThroughTables(gate, layout),
      textVirtualAddress: text + BigInt(offset),
      textPhysicalAddress: physicalAddressIn(gate.image.imageOffset, text + BigInt(offset)),
      ...(symbols.addresses === 'link' ? { kaslrOffset: offset } : {}),
    };
    yield findingOf(gate, claim, 'symbols', `which is ${name} of ${symbols.from}, ${hex(offset)} from where that has it`);
    return;
  }
}

function seenThroughTables({ image }: Gate, layout: KernelLayout): KernelClaim {
  return { ...placeOf(image.imageOffset, layout), root: image.root };
}

function findingOf(gate: Gate, claim: KernelClaim, evidence: 'paging' | 'symbols', how: string): CandidateFinding {
  return {
    kind: 'candidate',
    evidence,
    strength: 'strong',
    claim,
    because: `gate 0 of CPU ${gate.cpu.index}'s IDT at ${hex(gate.base)} leads to ${hex(gate.handler)}, ${how}`,
    at: [{ virtualAddress: gate.base }, { virtualAddress: gate.handler, physicalAddress: gate.physicalAddress }],
    reachedByCpu: true,
  };
}
