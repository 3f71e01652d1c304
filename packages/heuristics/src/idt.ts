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
import {
  bannerAt,
  imageOffsetOf,
  isInWindow,
  type KernelImage,
  kernelImageOfCpu,
  physicalAddressIn,
} from '@vmcorekit/linux';
import { imageClaimFields, placeOf } from './image-claim.ts';

/** The handler of vector 0: `asm_exc_divide_error` since v5.8, `divide_error` before. */
const handlerNames = ['asm_exc_divide_error', 'divide_error'] as const;
/** Handlers of other exceptions, by vector. Since v5.8 their names begin with `asm_exc_`. */
const otherExceptions: readonly (readonly [number, string])[] = [
  [1, 'debug'],
  [3, 'int3'],
  [4, 'overflow'],
  [5, 'bounds'],
  [6, 'invalid_op'],
  [13, 'general_protection'],
  [14, 'page_fault'],
];
/** At least so many gates must lead to their handlers, and none elsewhere. */
const enoughExceptions = 4;
const gateSizeInBytes = 16;
/** Present, and an interrupt or a trap gate: type bits 1110 or 1111. */
const presentGate = { mask: 0x8e, value: 0x8e } as const;

/** Where vector 0 leads on a CPU, and the image that holds that address. */
interface Gate {
  readonly cpu: Cpu;
  readonly image: KernelImage;
  readonly memory: KernelMemory;
  readonly base: bigint;
  readonly handler: bigint;
  readonly physicalAddress: number;
}

/**
 * The interrupt descriptor table of each CPU leads to a function of the kernel: the handler of the
 * divide error. Its translated address gives phys_base. Less that function's link address in a
 * symbol file, it gives the KASLR offset. Where the kernel's own symbols are in memory, they must
 * give that function the same address; then they also give the start of the text. Kallsyms with
 * functions only cannot place the banner, so the other exceptions' handlers stand in for it.
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
    yield {
      kind: 'progress',
      doing: 'following interrupt descriptor tables',
      fraction: cpu.index / dump.cpus.length,
    };
    const gate = gateOf(dump, cpu, layout);
    if (gate === undefined || told.has(gate.physicalAddress)) {
      continue;
    }
    told.add(gate.physicalAddress);
    yield findingOf(
      gate,
      seenThroughTables(gate, layout),
      'paging',
      `which lies at ${hex(gate.physicalAddress)}`,
    );
    const { symbols: carved } = yield* context.kernelThrough(gate.image.root, gate.image.runs);
    for (const symbols of [...context.symbolFiles, ...(carved.size === 0 ? [] : [carved])]) {
      yield* bySymbols(gate, layout, symbols);
    }
  }
}

/** Gate 0 of a CPU, if it leads into the text of the image that the CPU's tables map. */
function gateOf(dump: Dump, cpu: Cpu, layout: KernelLayout): Gate | undefined {
  const mmu = dump.architecture?.mmu;
  const root = mmu?.rootOf(cpu.registers);
  const base = cpu.registers.get('idt_base');
  const image = root === undefined ? undefined : kernelImageOfCpu(dump, root);
  if (mmu === undefined || image === undefined || base === undefined) {
    return undefined;
  }
  const memory = new TranslatedMemory(dump.image.memory, mmu, image.root);
  const handler = handlerOf(memory, base, 0);
  if (handler === undefined || !isInWindow(layout.imageWindow(image.root), handler)) {
    return undefined;
  }
  const translation = tryRead(() => memory.translate(handler));
  if (translation === undefined || !translation.isExecutable) {
    return undefined;
  }
  const { physicalAddress } = translation;
  return imageOffsetOf({ virtualAddress: handler, physicalAddress }) === image.imageOffset &&
    image.isMappedByItself
    ? { cpu, image, memory, base, handler, physicalAddress }
    : undefined;
}

/**
 * The address that the gate of a vector leads to; undefined where it cannot be read or is not
 * present.
 */
function handlerOf(memory: KernelMemory, base: bigint, vector: number): bigint | undefined {
  const bytes = tryRead(() =>
    memory.read(base + BigInt(vector * gateSizeInBytes), gateSizeInBytes),
  );
  return bytes === undefined ? undefined : handlerIn(bytes);
}

/**
 * The address in a 64-bit gate descriptor, from its three pieces; undefined for anything but a
 * present gate.
 */
function handlerIn(gate: Uint8Array): bigint | undefined {
  const view = new DataView(gate.buffer, gate.byteOffset, gate.byteLength);
  if ((view.getUint8(5) & presentGate.mask) !== presentGate.value) {
    return undefined;
  }
  return (
    (BigInt(view.getUint32(8, true)) << 32n) |
    BigInt(view.getUint16(6, true) * 0x1_0000 + view.getUint16(0, true))
  );
}

/**
 * What symbols add: a file's link address gives the KASLR offset, and run-time symbols must agree.
 * Either must also place the banner or, where they name no data, other handlers.
 */
function* bySymbols(
  gate: Gate,
  layout: KernelLayout,
  symbols: SymbolTable,
): Generator<Finding, void, void> {
  const text = symbols.find('_text')?.address;
  const banner = symbols.find('linux_banner')?.address;
  for (const name of handlerNames) {
    const address = symbols.find(name)?.address;
    if (address === undefined || text === undefined) {
      continue;
    }
    const offset = Number(gate.handler - address);
    const isAgreed =
      (symbols.addresses === 'runtime'
        ? offset === 0
        : offset >= 0 && offset % layout.imageAlignmentInBytes === 0) &&
      (banner === undefined
        ? haveOtherHandlers(gate, symbols, offset)
        : bannerAt(gate.memory, banner + BigInt(offset)) !== undefined);
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
    yield findingOf(
      gate,
      claim,
      'symbols',
      `which is ${name} of ${symbols.from}, ${hex(offset)} above its address there`,
    );
    return;
  }
}

/** Whether the other exceptions' gates lead to the handlers that the symbols name. */
function haveOtherHandlers({ memory, base }: Gate, symbols: SymbolTable, offset: number): boolean {
  const agreements = otherExceptions.flatMap(([vector, name]) => {
    const address = (symbols.find(`asm_exc_${name}`) ?? symbols.find(name))?.address;
    return address === undefined
      ? []
      : [handlerOf(memory, base, vector) === address + BigInt(offset)];
  });
  return agreements.length >= enoughExceptions && agreements.every((agrees) => agrees);
}

function seenThroughTables({ image }: Gate, layout: KernelLayout): KernelClaim {
  return { ...placeOf(image.imageOffset, layout), root: image.root };
}

function findingOf(
  gate: Gate,
  claim: KernelClaim,
  evidence: 'paging' | 'symbols',
  how: string,
): CandidateFinding {
  return {
    kind: 'candidate',
    evidence,
    strength: 'strong',
    claim,
    because: `gate 0 of CPU ${gate.cpu.index}'s IDT at ${hex(gate.base)} leads to ${hex(gate.handler)}, ${how}`,
    at: [
      { virtualAddress: gate.base },
      { virtualAddress: gate.handler, physicalAddress: gate.physicalAddress },
    ],
    reachedByCpu: true,
  };
}
