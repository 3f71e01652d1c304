import type { GdbMachine } from '../gdb-machine.ts';
import { numbered } from './registers.ts';

/** Source: gdb's manual, "ARM Features". */
export const arm: GdbMachine = {
  architecture: 'arm',
  gdbArchitecture: 'arm',
  // The first segment begins with the file's own header, 0x8000 bytes before `_text` in 6.12.
  vmlinuxBegins: null,
  features: [
    {
      name: 'org.gnu.gdb.arm.core',
      registers: [
        ...numbered(32, 'r', 11).map((each) => ({ ...each, type: 'uint32' })),
        { name: 'r11', bitSize: 32, type: 'uint32', from: 'fp' },
        { name: 'r12', bitSize: 32, type: 'uint32', from: 'ip' },
        { name: 'sp', bitSize: 32, type: 'data_ptr' },
        { name: 'lr', bitSize: 32 },
        { name: 'pc', bitSize: 32, type: 'code_ptr' },
        { name: 'cpsr', bitSize: 32 },
      ],
    },
  ],
};
