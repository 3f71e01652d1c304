import type { GdbFeature, GdbRegister } from '../gdb-machine.ts';
import { flagsType, named, numbered } from './registers.ts';

/** Source: Intel SDM, volume 1, "EFLAGS Register". */
const flags = {
  ...{ CF: 0, PF: 2, AF: 4, ZF: 6, SF: 7, TF: 8, IF: 9, DF: 10, OF: 11, NT: 14, RF: 16, VM: 17 },
  ...{ AC: 18, VIF: 19, VIP: 20, ID: 21 },
};
const segments = ['cs', 'ss', 'ds', 'es', 'fs', 'gs'];
const floatControl = ['fctrl', 'fstat', 'ftag', 'fiseg', 'fioff', 'foseg', 'fooff', 'fop'];

/** No dump has the registers of the x87. */
const floats: readonly GdbRegister[] = [
  ...numbered(80, 'st', 8, null).map((each) => ({ ...each, type: 'i387_ext' })),
  ...named(32, floatControl).map((each) => ({ ...each, group: 'float', from: null })),
];

/**
 * The required feature of both x86 machines, of which gdb wants every register, those of the x87
 * too. Source: gdb's manual, "i386 Features".
 */
export function x86Core(
  general: readonly GdbRegister[],
  instructionPointer: GdbRegister,
  flagsFrom: string,
): GdbFeature {
  return {
    name: 'org.gnu.gdb.i386.core',
    types: flagsType('x86_eflags', flags),
    registers: [
      ...general,
      { ...instructionPointer, type: 'code_ptr' },
      { name: 'eflags', bitSize: 32, type: 'x86_eflags', from: flagsFrom },
      ...named(32, segments).map((each) => ({ ...each, type: 'int32' })),
      ...floats,
    ],
  };
}

/** What gdb knows of general registers: those that point to a stack are pointers. */
export function generalRegisters(
  bitSize: number,
  names: readonly string[],
  pointers: readonly string[],
): GdbRegister[] {
  return named(bitSize, names).map((each) => ({
    ...each,
    type: pointers.includes(each.name) ? 'data_ptr' : `int${bitSize}`,
  }));
}

/** Control registers, which no feature of gdb has: `$cr3` in an expression. */
export function x86Control(bitSize: number): GdbFeature {
  return {
    name: 'org.vmcorekit.x86.control',
    registers: named(bitSize, ['cr0', 'cr2', 'cr3', 'cr4']),
  };
}
