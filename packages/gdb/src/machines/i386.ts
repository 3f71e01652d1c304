import type { GdbMachine } from '../gdb-machine.ts';
import { generalRegisters, x86Control, x86Core } from './x86.ts';

const general = ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi'];

/** Source: gdb's manual, "i386 Features"; the names of control registers are QEMU's. */
export const i386: GdbMachine = {
  architecture: 'i386',
  gdbArchitecture: 'i386',
  features: [
    x86Core(generalRegisters(32, general, ['esp', 'ebp']), { name: 'eip', bitSize: 32 }, 'eflags'),
    x86Control(32),
  ],
};
