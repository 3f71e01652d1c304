import type { GdbFeature, GdbMachine, GdbRegister } from '../gdb-machine.ts';
import { named, numbered } from './registers.ts';

/** A feature whose registers no dump of this library has. */
function unknown(
  name: string,
  type: string,
  registers: readonly GdbRegister[],
  types?: string,
): GdbFeature {
  return {
    name: `org.gnu.gdb.loongarch.${name}`,
    ...(types === undefined ? {} : { types }),
    registers: registers.map((each) => ({ type, group: 'float', ...each, from: null })),
  };
}

/**
 * gdb 12 wants the first feature, 14 the next as well, and 16 all: it refuses a machine that lacks
 * one. Source: gdb's manual, "LoongArch Features"; tried with gdb 16.3.
 */
export const loongarch64: GdbMachine = {
  architecture: 'loongarch64',
  gdbArchitecture: 'Loongarch64',
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
    unknown('fpu', 'ieee_double', [
      ...numbered(64, 'f', 32),
      ...numbered(8, 'fcc', 8).map((each) => ({ ...each, type: 'uint8' })),
      { name: 'fcsr', bitSize: 32, type: 'uint32' },
    ]),
    unknown('lsx', 'uint128', numbered(128, 'vr', 32)),
    unknown(
      'lasx',
      'four_words',
      numbered(256, 'xr', 32),
      '<vector id="four_words" type="uint64" count="4"/>',
    ),
    unknown('lbt', 'uint64', [
      ...numbered(64, 'scr', 4),
      ...named(32, ['eflags', 'ftop']).map((each) => ({ ...each, type: 'uint32' })),
    ]),
  ],
};
