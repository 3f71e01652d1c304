import { hex, type Testimony, tryRead, type Witness } from '@vmcorekit/core';
import { crashSignOf } from '@vmcorekit/linux';

const allOnes = 0xffff_ffff_ffff_ffffn;

/**
 * What part a kernel plays, by its own variables: one that was given an old kernel's memory (`elfcorehdr_addr`) is a capture kernel, one
 * with a sign of a crash has crashed, and `crashk_res` is where its capture kernel may be. Says nothing of where the kernel lies.
 * Source: Linux, include/linux/crash_dump.h (ELFCORE_ADDR_MAX), include/linux/ioport.h.
 */
export const kernelRole: Witness = {
  name: 'kernel-role',
  summary: 'reads from its own variables whether a kernel crashed, captures another one, or keeps memory for a capture kernel',
  architectures: ['x86_64'],
  *testify(_context, { kernel }) {
    if (kernel === null) {
      return;
    }
    const { memory, symbols } = kernel;
    const word = (name: string, offset = 0n) => {
      const address = symbols.find(name)?.address;
      return address === undefined ? undefined : tryRead(() => memory.readUint64(address + offset));
    };
    const said = { stance: 'for', evidence: 'symbols', strength: 'hint', isThroughPageTables: true, claim: {} } as const;
    const seen = (name: string, value: bigint, says: Pick<Testimony, 'role' | 'captureReserve'>): Testimony => ({
      ...said,
      because: `the variable ${name} holds ${hex(value)}`,
      at: [{ virtualAddress: symbols.find(name)?.address ?? 0n }],
      ...says,
    });
    const oldMemory = word('elfcorehdr_addr');
    if (oldMemory !== undefined && oldMemory !== allOnes && oldMemory !== 0n) {
      yield seen('elfcorehdr_addr', oldMemory, { role: 'capture' });
      return;
    }
    const crash = yield* crashSignOf(kernel);
    if (crash !== undefined) {
      yield { ...said, role: 'crashed', because: crash.because, at: [{ virtualAddress: crash.virtualAddress }] };
    }
    const start = word('crashk_res');
    const last = word('crashk_res', 8n);
    if (start !== undefined && last !== undefined && start < last && last <= BigInt(Number.MAX_SAFE_INTEGER - 1)) {
      yield seen('crashk_res', start, { captureReserve: { start: Number(start), end: Number(last) + 1 } });
    }
  },
};
