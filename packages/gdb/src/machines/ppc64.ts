import type { GdbMachine } from '../gdb-machine.ts';
import { numbered } from './registers.ts';

/**
 * The order of bytes is not in a description: gdb takes it from a symbol file, or from `set
 * endian`. Source: gdb's manual, "PowerPC Features".
 */
export const ppc64: GdbMachine = {
  architecture: 'ppc64',
  gdbArchitecture: 'powerpc:common64',
  features: [
    {
      name: 'org.gnu.gdb.power.core',
      registers: [
        ...numbered(64, 'r', 32).map((each) => ({ ...each, type: 'uint64' })),
        { name: 'pc', bitSize: 64, type: 'code_ptr', from: 'nip' },
        { name: 'msr', bitSize: 64, type: 'uint64' },
        { name: 'cr', bitSize: 32, type: 'uint32', from: 'ccr' },
        { name: 'lr', bitSize: 64, type: 'code_ptr' },
        { name: 'ctr', bitSize: 64, type: 'uint64' },
        { name: 'xer', bitSize: 32, type: 'uint32' },
      ],
    },
  ],
};
