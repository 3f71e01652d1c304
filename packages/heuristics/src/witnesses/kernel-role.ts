import { hex, type KernelView, type Testimony, tryRead, type Witness } from '@vmcorekit/core';
import { captureSignOf, crashSignOf, type RoleSign } from '@vmcorekit/linux';

/**
 * The role of a kernel, by its own variables. One that was given an old kernel's memory is a
 * capture kernel. One with a sign of a crash has crashed. `crashk_res` is where its capture kernel
 * may be. Where damage hides such a sign, the role is `unknown`. Says nothing about where the
 * kernel lies. Source: Linux, include/linux/ioport.h.
 */
export const kernelRole: Witness = {
  name: 'kernel-role',
  summary:
    'reads from its own variables whether a kernel crashed, captures another one, or keeps memory for a capture kernel',
  architectures: 'any',
  *testify(_context, { kernel }) {
    if (kernel === null) {
      return;
    }
    const { symbols } = kernel;
    const reserve = symbols.find('crashk_res')?.address;
    const bounds = reserve === undefined ? [] : resourceAt(kernel, reserve);
    const said = {
      stance: 'for',
      evidence: 'symbols',
      strength: 'hint',
      isThroughPageTables: true,
      claim: {},
    } as const;
    const signed = (sign: RoleSign): Testimony => ({
      ...said,
      role: sign.role,
      because: sign.because,
      at: [{ virtualAddress: sign.virtualAddress }],
    });
    const capture = captureSignOf(kernel);
    if (capture !== undefined && capture !== false) {
      yield signed(capture);
      if (capture.role === 'capture') {
        return;
      }
    }
    const crash = yield* crashSignOf(kernel);
    if (crash !== undefined) {
      yield signed(crash);
    }
    const [start, last] = bounds;
    if (
      reserve !== undefined &&
      start !== undefined &&
      last !== undefined &&
      start < last &&
      last <= BigInt(Number.MAX_SAFE_INTEGER - 1)
    ) {
      yield {
        ...said,
        because: `the variable crashk_res holds ${hex(start)}`,
        at: [{ virtualAddress: reserve }],
        captureReserve: { start: Number(start), end: Number(last) + 1 },
      };
    }
  },
};

/**
 * The first and the last address of a `struct resource`. They have 64 bits, except on 32-bit
 * machines whose tables address 32 bits of physical memory (two levels).
 */
function resourceAt({ memory, root }: KernelView, address: bigint): readonly bigint[] {
  const isNarrow = memory.wordSizeInBits === 32 && root.levels === 2;
  const bounds = tryRead(() =>
    isNarrow
      ? [memory.readPointer(address), memory.readPointer(address + 4n)]
      : [memory.readUint64(address), memory.readUint64(address + 8n)],
  );
  return bounds ?? [];
}
