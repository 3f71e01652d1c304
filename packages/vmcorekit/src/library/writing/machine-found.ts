import type { Dump, LocatedKernel, WriteOptions } from '@vmcorekit/core';
import type { Toolkit } from '@vmcorekit/engine';
import { machineToWrite } from '../repairing/machine-to-write.ts';

/** The machine that new headers must name, because only a search for the kernel shows it. */
export function machineFound(
  toolkit: Toolkit,
  dump: Dump,
  kernel: LocatedKernel | null,
): Pick<WriteOptions, 'machine'> {
  const machine =
    dump.memoryLayouts === undefined || kernel === null
      ? null
      : machineToWrite(toolkit, dump, kernel);
  return machine === null ? {} : { machine };
}
