import type { GdbMachine } from '../gdb-machine.ts';
import { numbered } from './registers.ts';

/**
 * gdb wants floating-point registers, which no dump of this library has. The order of bytes is not
 * in a description: gdb takes it from a symbol file, or from `set endian big`. Source: gdb's
 * manual, "S/390 and System z Features".
 */
export const s390x: GdbMachine = {
  architecture: 's390x',
  gdbArchitecture: 's390:64-bit',
  features: [
    {
      name: 'org.gnu.gdb.s390.core',
      registers: [
        { name: 'pswm', bitSize: 64, type: 'uint64', group: 'psw', from: 'psw_mask' },
        { name: 'pswa', bitSize: 64, type: 'uint64', group: 'psw', from: 'psw_addr' },
        ...numbered(64, 'r', 16).map((each) => ({ ...each, type: 'uint64', group: 'general' })),
      ],
    },
    {
      name: 'org.gnu.gdb.s390.acr',
      registers: numbered(32, 'acr', 16, 'a').map((each) => ({
        ...each,
        type: 'uint32',
        group: 'access',
      })),
    },
    {
      name: 'org.gnu.gdb.s390.fpr',
      registers: [
        { name: 'fpc', bitSize: 32, type: 'uint32', group: 'float', from: null },
        ...numbered(64, 'f', 16, null).map((each) => ({
          ...each,
          type: 'ieee_double',
          group: 'float',
        })),
      ],
    },
    {
      name: 'org.vmcorekit.s390.control',
      registers: [...numbered(64, 'cr', 16), { name: 'prefix', bitSize: 64 }].map((each) => ({
        ...each,
        type: 'uint64',
        group: 'system',
      })),
    },
  ],
};
