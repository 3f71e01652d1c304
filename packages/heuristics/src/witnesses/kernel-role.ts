import { hex, type Testimony, tryRead, type Witness } from '@vmcorekit/core';

const allOnes = 0xffff_ffff_ffff_ffffn;
/** Linux has at most 8192 CPUs (NR_CPUS on x86-64); what is no CPU's number is no sign of a panic: -1 (PANIC_CPU_INVALID), or damage. */
const maxCpus = 8192;

/**
 * What part a kernel plays, by its own variables: one that was given an old kernel's memory (`elfcorehdr_addr`) is a capture kernel, one
 * whose `panic_cpu` is set has crashed, and `crashk_res` is where its capture kernel may be. Says nothing of where the kernel lies.
 * Source: Linux, include/linux/crash_dump.h (ELFCORE_ADDR_MAX), kernel/panic.c (PANIC_CPU_INVALID), include/linux/ioport.h.
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
    const seen = (name: string, value: bigint, says: Pick<Testimony, 'role' | 'captureReserve'>): Testimony => ({
      stance: 'for',
      evidence: 'symbols',
      strength: 'hint',
      isThroughPageTables: true,
      claim: {},
      because: `the variable ${name} holds ${hex(value)}`,
      at: [{ virtualAddress: symbols.find(name)?.address ?? 0n }],
      ...says,
    });
    const oldMemory = word('elfcorehdr_addr');
    if (oldMemory !== undefined && oldMemory !== allOnes && oldMemory !== 0n) {
      yield seen('elfcorehdr_addr', oldMemory, { role: 'capture' });
      return;
    }
    const panicCpu = word('panic_cpu');
    const cpu = panicCpu === undefined ? maxCpus : Number(panicCpu & 0xffff_ffffn);
    if (cpu < maxCpus) {
      yield seen('panic_cpu', BigInt(cpu), { role: 'crashed' });
    }
    const start = word('crashk_res');
    const last = word('crashk_res', 8n);
    if (start !== undefined && last !== undefined && start < last && last <= BigInt(Number.MAX_SAFE_INTEGER - 1)) {
      yield seen('crashk_res', start, { captureReserve: { start: Number(start), end: Number(last) + 1 } });
    }
  },
};
