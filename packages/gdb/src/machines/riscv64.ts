import type { GdbMachine } from '../gdb-machine.ts';
import { named } from './registers.ts';

/** x1 to x31 by their names in the ABI, in order. gdb calls `s0` `fp`. */
const general = [
  ...['ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1'],
  ...['a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'],
  ...['s2', 's3', 's4', 's5', 's6', 's7', 's8', 's9', 's10', 's11', 't3', 't4', 't5', 't6'],
];
const types: Readonly<Record<string, string>> = {
  ra: 'code_ptr',
  sp: 'data_ptr',
  gp: 'data_ptr',
  tp: 'data_ptr',
  s0: 'data_ptr',
};

/** Source: gdb's manual, "RISC-V Features". */
export const riscv64: GdbMachine = {
  architecture: 'riscv64',
  gdbArchitecture: 'riscv:rv64',
  // The image's header, of 0x2000 bytes in 6.12. Source: Linux, arch/riscv/kernel/vmlinux.lds.S.
  vmlinuxBegins: '_start',
  features: [
    {
      name: 'org.gnu.gdb.riscv.cpu',
      registers: [
        { name: 'zero', bitSize: 64, type: 'int' },
        ...named(64, general).map((each) => ({
          ...each,
          type: types[each.name] ?? 'int',
          ...(each.name === 's0' ? { name: 'fp', from: 's0' } : {}),
        })),
        { name: 'pc', bitSize: 64, type: 'code_ptr' },
      ],
    },
  ],
  // The processor has it as 0, so no kernel saves it.
  adapt: (registers) => new Map([...registers, ['zero', 0n]]),
};
