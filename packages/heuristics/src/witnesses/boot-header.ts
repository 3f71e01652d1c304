import { hex, type KernelView, type Progress, type Testimony, type Witness } from '@vmcorekit/core';
import { bootHeadersIn, loongarchHeader, runAt } from '@vmcorekit/linux';

/**
 * A header for boot loaders states the physical address that a kernel was linked for. The KASLR
 * offset follows from it, and nothing else in memory states it. LoongArch images begin with theirs.
 * 32-bit x86 keeps the boot loader's copy in its variable `boot_params`; where the image holds
 * headers that differ, this witness says nothing. Source: Linux, Documentation/arch/x86/boot.rst
 * (pref_address), arch/loongarch/kernel/head.S (PHYS_LINK_KADDR).
 */
export const bootHeader: Witness = {
  name: 'boot-header',
  summary: "reads the kernel's link address from its header for boot loaders",
  architectures: ['i386', 'loongarch64'],
  *testify(_context, { kernel, claim }) {
    const text = claim.textVirtualAddress;
    const { layout } = kernel?.dump ?? {};
    if (kernel !== null && text !== undefined && layout) {
      const { start } = layout.imageWindow(kernel.root);
      yield* layout.name === 'i386' ? bySearch(kernel, text, start) : atText(kernel, text, start);
    }
  },
};

function* atText(
  { memory }: KernelView,
  text: bigint,
  linkedFrom: bigint,
): Generator<Testimony, void, void> {
  const header = loongarchHeader((length) => memory.read(text, length));
  const linkedAt = header === undefined ? undefined : linkedFrom + BigInt(header.linkedAt);
  if (linkedAt !== undefined && linkedAt <= text) {
    // A window proves no mapping: the image is seen where its symbols have it.
    yield { ...testimonyOf('the image', text, text, linkedAt), evidence: 'symbols' };
  }
}

function* bySearch(
  { memory, runs }: KernelView,
  text: bigint,
  linkedFrom: bigint,
): Generator<Testimony | Progress, void, void> {
  const found: { readonly address: bigint; readonly linkedAt: bigint }[] = [];
  for (const step of bootHeadersIn(memory, text)) {
    if (step === undefined) {
      yield { kind: 'progress', doing: "searching the kernel's data", fraction: null };
    } else if (runAt(runs, step.address)?.isWritable === true) {
      found.push({ address: step.address, linkedAt: linkedFrom + step.preferredAddress });
    }
  }
  const [header] = found;
  if (
    header !== undefined &&
    header.linkedAt <= text &&
    found.every(({ linkedAt }) => linkedAt === header.linkedAt)
  ) {
    yield testimonyOf("the kernel's data", header.address, text, header.linkedAt);
  }
}

function testimonyOf(where: string, address: bigint, text: bigint, linkedAt: bigint): Testimony {
  return {
    stance: 'for',
    evidence: 'paging',
    strength: 'strong',
    isThroughPageTables: true,
    claim: { kaslrOffset: Number(text - linkedAt) },
    because: `the boot header in ${where} at ${hex(address)} says that _text is linked at ${hex(linkedAt)}`,
    at: [{ virtualAddress: address }],
  };
}
