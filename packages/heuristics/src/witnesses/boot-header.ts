import { type BootHeader, hex, type Progress, type Testimony, type Witness } from '@vmcorekit/core';
import { bootHeaderByCode, runAt } from '@vmcorekit/linux';

const searching: Progress = {
  kind: 'progress',
  doing: "searching the kernel's image for its boot header",
  fraction: null,
};

/**
 * A header for boot loaders states the physical address that a kernel was linked for. The KASLR
 * offset follows from it, and nothing else in memory states it. LoongArch images begin with theirs.
 * 32-bit x86 keeps the boot loader's copy in its variable `boot_params`. Where no code leads to it,
 * the image is searched. Says nothing where the image holds headers that differ, and counts only
 * those in memory that the kernel may write.
 * Source: Linux, Documentation/arch/x86/boot.rst (pref_address), arch/loongarch/kernel/head.S
 * (PHYS_LINK_KADDR).
 */
export const bootHeader: Witness = {
  name: 'boot-header',
  summary: "reads the kernel's link address from its header for boot loaders",
  architectures: 'any',
  *testify({ dump: { layout } }, { kernel, claim }) {
    const text = claim.textVirtualAddress;
    if (kernel === null || text === undefined || layout?.bootHeadersIn === undefined) {
      return;
    }
    const { memory, root, runs } = kernel;
    const { start } = layout.imageWindow(root);
    const found: BootHeader[] = [];
    const named = bootHeaderByCode(kernel);
    for (const step of named === undefined ? layout.bootHeadersIn(memory, text) : [named]) {
      if (step === undefined) {
        yield searching;
      } else if (runAt(runs, step.address)?.isWritable === true) {
        found.push(step);
      }
    }
    const [header] = found;
    if (
      header !== undefined &&
      start + header.linkedAt <= text &&
      found.every(({ linkedAt }) => linkedAt === header.linkedAt)
    ) {
      // A window proves no mapping: the image is seen where its symbols have it.
      const evidence = root.tableAddress === null ? 'symbols' : 'paging';
      yield testimonyOf(header.address, text, start + header.linkedAt, evidence);
    }
  },
};

function testimonyOf(
  address: bigint,
  text: bigint,
  linkedAt: bigint,
  evidence: Testimony['evidence'],
): Testimony {
  return {
    stance: 'for',
    evidence,
    strength: 'strong',
    isThroughPageTables: true,
    claim: { kaslrOffset: Number(text - linkedAt) },
    because: `the boot header in the image at ${hex(address)} says that _text is linked at ${hex(linkedAt)}`,
    at: [{ virtualAddress: address }],
  };
}
