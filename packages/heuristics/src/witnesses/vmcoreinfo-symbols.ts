import {
  hex,
  type KernelClaim,
  type SymbolTable,
  tryRead,
  VmcoreInfo,
  type Witness,
  type WitnessedCandidate,
} from '@vmcorekit/core';
import { isOffsetProved, ownVmcoreInfo, textFacts, vmcoreInfoClaim } from '@vmcorekit/linux';

/**
 * Symbols that VMCOREINFO gives with their own addresses (`mem_section` is a pointer's value), and
 * that kallsyms also has.
 */
const compared = ['_stext', 'init_uts_ns', 'init_top_pgt'] as const;

/**
 * Compares the VMCOREINFO that the kernel itself points to (so no copy elsewhere can replace it)
 * with the kernel's symbols and with the candidate. That proves the KASLR offset, which nothing
 * else in memory states.
 */
export const vmcoreInfoSymbols: Witness = {
  name: 'vmcoreinfo-symbols',
  summary:
    "compares the kernel's own VMCOREINFO, found by its own pointer, with its symbols and with the candidate",
  architectures: 'any',
  *testify({ dump }, { kernel, claim }) {
    const note = kernel === null ? undefined : ownVmcoreInfo(kernel);
    if (kernel === null || note === undefined) {
      return;
    }
    const { memory, symbols } = kernel;
    const info = new VmcoreInfo(note.text);
    const physicalAddress = tryRead(() => memory.translate(note.address).physicalAddress);
    const told = {
      evidence: 'vmcoreinfo',
      isThroughPageTables: true,
      at: [
        {
          virtualAddress: note.address,
          ...(physicalAddress === undefined ? {} : { physicalAddress }),
        },
      ],
    } as const;
    const stated = vmcoreInfoClaim(info, dump);
    const wrong = contradiction(info, stated, symbols, claim);
    if (wrong !== undefined) {
      yield {
        ...told,
        stance: 'against',
        strength: 'strong',
        claim: placeIn(stated),
        because: wrong,
      };
      return;
    }
    const agreeing = compared.filter(
      (name) =>
        info.symbol(name) !== undefined && info.symbol(name) === symbols.find(name)?.address,
    );
    if (stated.imageOffset === undefined && agreeing.length === 0) {
      return;
    }
    const { kaslrOffset, ...rest } = stated;
    // The text lies where the symbols put it. The note's `_stext` confirms them, whatever link
    // address the kernel has.
    const text = textFacts(kernel);
    const isProved = isOffsetProved(
      kernel,
      info,
      note.pointer,
      text.textVirtualAddress ?? info.symbol('_stext') ?? 0n,
    );
    const sure = kaslrOffset === undefined || !isProved ? rest : { ...rest, kaslrOffset };
    const because = `VMCOREINFO at vmcoreinfo_note ${spoken(info, agreeing, kernel.symbols)}`;
    yield {
      ...told,
      stance: 'for',
      strength: stated.imageOffset === undefined ? 'strong' : 'proof',
      claim: { ...sure, ...(agreeing.includes('_stext') ? text : {}) },
      because,
    };
    if (kaslrOffset !== undefined && !isProved) {
      yield {
        ...told,
        stance: 'for',
        strength: 'strong',
        claim: { kaslrOffset },
        because: `${because}; this KASLR offset is unusual, and nothing proves it`,
      };
    }
  },
};

function contradiction(
  info: VmcoreInfo,
  stated: KernelClaim,
  symbols: SymbolTable,
  { physBase, imageOffset }: WitnessedCandidate['claim'],
): string | undefined {
  if (info.physBase !== undefined && physBase !== undefined && info.physBase !== physBase) {
    return `VMCOREINFO at vmcoreinfo_note says NUMBER(phys_base) ${hex(info.physBase)}, not ${hex(physBase)}`;
  }
  if (stated.imageOffset !== undefined && stated.imageOffset !== imageOffset) {
    return `VMCOREINFO at vmcoreinfo_note states the image offset ${hex(stated.imageOffset)}, not ${hex(imageOffset)}`;
  }
  for (const name of compared) {
    const told = info.symbol(name);
    const actual = symbols.find(name)?.address;
    if (told !== undefined && actual !== undefined && told !== actual) {
      return `VMCOREINFO at vmcoreinfo_note has ${name} at ${hex(told)}, but ${symbols.from} has it at ${hex(actual)}`;
    }
  }
  return undefined;
}

function placeIn({ imageOffset, physBase }: KernelClaim): KernelClaim {
  return {
    ...(physBase === undefined ? {} : { physBase }),
    ...(imageOffset === undefined || physBase !== undefined ? {} : { imageOffset }),
  };
}

function spoken(info: VmcoreInfo, agreeing: readonly string[], { from }: SymbolTable): string {
  const numbers = [
    ...(info.physBase === undefined ? [] : [`phys_base ${hex(info.physBase)}`]),
    ...(info.kernelOffset === undefined ? [] : [`KERNELOFFSET ${hex(info.kernelOffset)}`]),
  ];
  return [
    ...(numbers.length === 0 ? [] : [`says ${numbers.join(', ')}`]),
    ...(agreeing.length === 0 ? [] : [`has the addresses of ${from} for ${agreeing.join(', ')}`]),
  ].join(' and ');
}
