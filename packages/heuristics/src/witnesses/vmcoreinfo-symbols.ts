import { hex, type KernelClaim, type KernelView, type SymbolTable, tryRead, VmcoreInfo, type Witness } from '@vmcorekit/core';
import { kernelFacts, ownVmcoreInfo, vmcoreInfoClaim } from '@vmcorekit/linux';

/** Symbols that VMCOREINFO names with their own addresses (`mem_section` is a pointer's value) and that kallsyms has too. */
const compared = ['_stext', 'init_uts_ns', 'init_top_pgt'] as const;

/**
 * Compares the VMCOREINFO that the kernel itself points to (so no copy elsewhere can stand in) with its symbols and with the candidate.
 * That proves the KASLR offset, which nothing else in memory states.
 */
export const vmcoreInfoSymbols: Witness = {
  name: 'vmcoreinfo-symbols',
  summary: "compares the kernel's own VMCOREINFO, found by its own pointer, with its symbols and with the candidate",
  architectures: ['x86_64'],
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
      at: [{ virtualAddress: note.address, ...(physicalAddress === undefined ? {} : { physicalAddress }) }],
    } as const;
    const wrong = contradiction(info, symbols, claim);
    if (wrong !== undefined) {
      yield { ...told, stance: 'against', strength: 'strong', claim: physBaseOf(info), because: wrong };
      return;
    }
    const agreeing = compared.filter(
      (name) => info.symbol(name) !== undefined && info.symbol(name) === symbols.find(name)?.address,
    );
    if (info.physBase === undefined && agreeing.length === 0) {
      return;
    }
    yield {
      ...told,
      stance: 'for',
      strength: info.physBase === undefined ? 'strong' : 'proof',
      claim: { ...vmcoreInfoClaim(info, dump), ...(agreeing.includes('_stext') ? textOf(kernel) : {}) },
      because: `VMCOREINFO at vmcoreinfo_note says ${spoken(info, agreeing)}`,
    };
  },
};

function contradiction(info: VmcoreInfo, symbols: SymbolTable, { physBase }: KernelClaim): string | undefined {
  if (info.physBase !== undefined && physBase !== undefined && info.physBase !== physBase) {
    return `VMCOREINFO at vmcoreinfo_note says NUMBER(phys_base) ${hex(info.physBase)}, not ${hex(physBase)}`;
  }
  for (const name of compared) {
    const told = info.symbol(name);
    const actual = symbols.find(name)?.address;
    if (told !== undefined && actual !== undefined && told !== actual) {
      return `VMCOREINFO at vmcoreinfo_note has ${name} at ${hex(told)}, ${symbols.from} has it at ${hex(actual)}`;
    }
  }
  return undefined;
}

/** Where the symbols have the start of the text: the note's `_stext` bears them out, whatever the kernel was linked for. */
function textOf(kernel: KernelView): KernelClaim {
  const { textVirtualAddress, textPhysicalAddress } = kernelFacts(kernel);
  return {
    ...(textVirtualAddress === undefined ? {} : { textVirtualAddress }),
    ...(textPhysicalAddress === undefined ? {} : { textPhysicalAddress }),
  };
}

function physBaseOf(info: VmcoreInfo): KernelClaim {
  return info.physBase === undefined ? {} : { physBase: info.physBase };
}

function spoken(info: VmcoreInfo, agreeing: readonly string[]): string {
  return [
    ...(info.physBase === undefined ? [] : [`phys_base ${hex(info.physBase)}`]),
    ...(info.kernelOffset === undefined ? [] : [`KERNELOFFSET ${hex(info.kernelOffset)}`]),
    ...agreeing.map((name) => `${name} where the symbols have it`),
  ].join(', ');
}
