import type { GdbMachine } from '../gdb-machine.ts';
import { x8664 } from './x86-64.ts';

export const gdbMachines: readonly GdbMachine[] = [x8664];

/** The machine of an architecture; undefined for one that gdb cannot be shown. */
export function gdbMachineOf(architecture: string): GdbMachine | undefined {
  return gdbMachines.find((machine) => machine.architecture === architecture);
}
