import type { GdbMachine } from '../gdb-machine.ts';
import { numbered } from './registers.ts';

/** Source: gdb's manual, "LoongArch Features". */
export const loongarch64: GdbMachine = {
  architecture: 'loongarch64',
  gdbArchitecture: 'loongarch64',
  features: [
    {
      name: 'org.gnu.gdb.loongarch.base',
      registers: [
        ...numbered(64, 'r', 32).map((each) => ({ ...each, type: 'uint64' })),
        { name: 'orig_a0', bitSize: 64, type: 'uint64' },
        { name: 'pc', bitSize: 64, type: 'code_ptr', from: 'csr_era' },
        { name: 'badv', bitSize: 64, type: 'code_ptr', from: 'csr_badvaddr' },
      ],
    },
  ],
};
