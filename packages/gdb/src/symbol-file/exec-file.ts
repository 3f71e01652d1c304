import type { Kernel } from '@vmcorekit/core';
import type { GdbExecFile } from '../gdb-target.ts';
import { symbolFileMachineOf } from './machines.ts';
import { symbolFile } from './symbol-file.ts';

/** Absolute, as gdb wants it. It must never lead to a file of the machine that gdb runs on. */
const name = '/vmcorekit/symbols-of-the-dump';

/** The symbol file of a kernel as gdb reads it from a target; undefined where none can be made. */
export function execFileOf(kernel: Kernel): GdbExecFile | undefined {
  if (symbolFileMachineOf(kernel) === undefined || kernel.symbols.size === 0) {
    return undefined;
  }
  let made: Uint8Array | undefined;
  return {
    name,
    bytes() {
      made ??= symbolFile(kernel).bytes;
      return made;
    },
  };
}
