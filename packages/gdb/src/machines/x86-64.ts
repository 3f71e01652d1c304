import type { GdbMachine, GdbRegister } from '../gdb-machine.ts';

const general = ['rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'rbp', 'rsp'];
const extended = ['r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'];
const segments = ['cs', 'ss', 'ds', 'es', 'fs', 'gs'];
const floatControl = ['fctrl', 'fstat', 'ftag', 'fiseg', 'fioff', 'foseg', 'fooff', 'fop'];

const word = (name: string): GdbRegister => ({ name, bitSize: 64, type: 'int64' });
const pointer = (name: string): GdbRegister => ({ name, bitSize: 64, type: 'data_ptr' });
const half = (name: string): GdbRegister => ({ name, bitSize: 32, type: 'int32' });
const unknownFloat = (name: string): GdbRegister => ({ ...half(name), group: 'float', from: null });

/**
 * Source: gdb's manual, "i386 Features", which requires every register of the core feature; dumps
 * have none of the x87's.
 */
export const x8664: GdbMachine = {
  architecture: 'x86_64',
  gdbArchitecture: 'i386:x86-64',
  features: [
    {
      name: 'org.gnu.gdb.i386.core',
      registers: [
        ...general.map((name) => (/^r[bs]p$/.test(name) ? pointer(name) : word(name))),
        ...extended.map(word),
        { name: 'rip', bitSize: 64, type: 'code_ptr' },
        { ...half('eflags'), from: 'rflags' },
        ...segments.map(half),
        ...Array.from(
          { length: 8 },
          (_, number): GdbRegister => ({
            name: `st${number}`,
            bitSize: 80,
            type: 'i387_ext',
            from: null,
          }),
        ),
        ...floatControl.map(unknownFloat),
      ],
    },
    { name: 'org.gnu.gdb.i386.segments', registers: [word('fs_base'), word('gs_base')] },
  ],
};
