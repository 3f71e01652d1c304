import { signatureBitsOf } from '@vmcorekit/linux';
import type { GdbMachine } from '../gdb-machine.ts';
import { type Flags, flagsType, named, numbered } from './registers.ts';

/** Source: Arm Architecture Reference Manual, SPSR_EL1 of an exception taken from AArch64. */
const flags: Flags = {
  EL: [2, 3],
  BTYPE: [10, 11],
  ...{ SP: 0, nRW: 4, F: 6, I: 7, A: 8, D: 9, SSBS: 12, IL: 20, SS: 21, PAN: 22, UAO: 23 },
  ...{ DIT: 24, TCO: 25, V: 28, C: 29, Z: 30, N: 31 },
};

/** Of data and code, of programs; then the same of the kernel. */
const masks = ['pauth_dmask', 'pauth_cmask', 'pauth_dmask_high', 'pauth_cmask_high'];

/**
 * Return addresses may be signed (pointer authentication). gdb 14 and later unwind those by the
 * bits in these masks. Versions before know the feature by another name, with two registers: they
 * ignore this one. Source: gdb's manual, "AArch64 Features".
 */
export const arm64: GdbMachine = {
  architecture: 'arm64',
  gdbArchitecture: 'aarch64',
  features: [
    {
      name: 'org.gnu.gdb.aarch64.core',
      types: flagsType('arm64_pstate', flags),
      registers: [
        ...numbered(64, 'x', 31),
        { name: 'sp', bitSize: 64, type: 'data_ptr' },
        { name: 'pc', bitSize: 64, type: 'code_ptr' },
        { name: 'cpsr', bitSize: 32, type: 'arm64_pstate', from: 'pstate' },
      ],
    },
    { name: 'org.gnu.gdb.aarch64.pauth_v2', registers: named(64, masks) },
  ],
  registersBy(kernel) {
    const ofKernel = signatureBitsOf(kernel);
    // By no bit, the pointers of programs stay as they are.
    return new Map(masks.map((name) => [name, name.endsWith('_high') ? ofKernel : 0n]));
  },
};
