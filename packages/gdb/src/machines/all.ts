import type { GdbMachine } from '../gdb-machine.ts';
import { arm } from './arm.ts';
import { arm64 } from './arm64.ts';
import { i386 } from './i386.ts';
import { loongarch64 } from './loongarch64.ts';
import { ppc64 } from './ppc64.ts';
import { riscv64 } from './riscv64.ts';
import { s390x } from './s390x.ts';
import { x8664 } from './x86-64.ts';

export const gdbMachines: readonly GdbMachine[] = [
  x8664,
  arm64,
  riscv64,
  s390x,
  ppc64,
  i386,
  arm,
  loongarch64,
];

/** The machine of an architecture; undefined for one that gdb cannot be shown. */
export function gdbMachineOf(architecture: string): GdbMachine | undefined {
  return gdbMachines.find((machine) => machine.architecture === architecture);
}
