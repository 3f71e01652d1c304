import { type GdbTarget, type GdbThread, gdbMachineOf } from '@vmcorekit/gdb';

const machine = gdbMachineOf('x86_64');
if (machine === undefined) {
  throw new Error('gdb knows x86_64');
}

const held = new TextEncoder().encode('Linux version 6.1');
/** Where the target's only memory lies. */
export const memoryAt = 0xffffffff81000000n;

const threads: readonly GdbThread[] = [
  { id: 1, name: 'CPU 0', details: 'as the dump shows it', cpu: 0 },
  { id: 2, name: 'a<b>&"', details: 'pid 7, S', cpu: null },
];

/** A target with 17 bytes of memory, a CPU and a task without registers. */
export function target(more: Partial<GdbTarget> = {}): GdbTarget {
  return {
    machine: machine as NonNullable<typeof machine>,
    byteOrder: 'little',
    textSegment: memoryAt,
    threads: () => threads,
    registersOf: ({ id }) =>
      id === 1
        ? new Map([
            ['rip', memoryAt],
            ['rflags', 0x246n],
          ])
        : null,
    read(address, lengthInBytes) {
      const start = Number(address - memoryAt);
      return start < 0 ? new Uint8Array() : held.slice(start, start + lengthInBytes);
    },
    ...more,
  };
}
