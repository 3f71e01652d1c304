import type { Kernel, PhysicalRange } from '@vmcorekit/core';
import { isVmcorekitError } from '@vmcorekit/core';
import { readResources } from '../devices/resources.ts';
import { isSystemRam } from './system-ram-name.ts';

/**
 * The RAM that the kernel knows of, as /proc/iomem has it, ascending. Null where no source gives
 * the tree's symbol or types, or where the tree cannot be read whole.
 */
export function systemRamRanges(kernel: Kernel): readonly PhysicalRange[] | null {
  try {
    const { resources, isComplete } = readResources(kernel, 'iomem_resource');
    const ram = resources
      .filter(({ name }) => name !== null && isSystemRam(name))
      .map(({ start, end }) => ({ start: Number(start), end: Number(end) + 1 }));
    const isSound = ram.every(({ start, end }) => start < end && Number.isSafeInteger(end));
    return isComplete && isSound && ram.length > 0
      ? ram.sort((one, other) => one.start - other.start)
      : null;
  } catch (error) {
    if (isVmcorekitError(error, 'unknown-name')) {
      return null;
    }
    throw error;
  }
}
