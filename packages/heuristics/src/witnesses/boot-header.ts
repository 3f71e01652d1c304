import { hex, type KernelView, type Progress, type Testimony, type Witness } from '@vmcorekit/core';
import { bootHeadersIn, runAt } from '@vmcorekit/linux';

/**
 * The boot loader's copy of the kernel's own setup header, which the kernel keeps in its variable
 * `boot_params`: it states the physical address that the kernel was linked for. On 32-bit x86 the
 * KASLR offset follows from it, and nothing else in memory states it. Says nothing where the image
 * holds headers that differ. Source: Linux, Documentation/arch/x86/boot.rst (pref_address).
 */
export const bootHeader: Witness = {
  name: 'boot-header',
  summary: "reads the kernel's link address from the setup header in its own boot_params",
  architectures: ['i386'],
  *testify(_context, { kernel, claim }) {
    const text = claim.textVirtualAddress;
    const { layout } = kernel?.dump ?? {};
    if (kernel !== null && text !== undefined && layout) {
      yield* bySearch(kernel, text, layout.imageWindow(kernel.root).start);
    }
  },
};

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
  const kaslrOffset = header === undefined ? -1 : Number(text - header.linkedAt);
  if (
    header === undefined ||
    kaslrOffset < 0 ||
    found.some(({ linkedAt }) => linkedAt !== header.linkedAt)
  ) {
    return;
  }
  yield {
    stance: 'for',
    evidence: 'paging',
    strength: 'strong',
    isThroughPageTables: true,
    claim: { kaslrOffset },
    because: `the setup header in the kernel's data at ${hex(header.address)} says that _text is linked at ${hex(header.linkedAt)}`,
    at: [{ virtualAddress: header.address }],
  };
}
