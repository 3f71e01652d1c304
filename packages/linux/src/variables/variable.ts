import {
  type Kernel,
  type KernelObject,
  objectAt,
  printable,
  VmcorekitError,
} from '@vmcorekit/core';
import { perCpuAddress, perCpuOf } from '../containers/index.ts';
import { typedVariable } from './variable-type.ts';

/** What a variable's reader needs of a kernel. */
export type VariableSource = Pick<Kernel, 'types' | 'symbols' | 'memory'>;

/** A variable as `Kernel.variable` returns it, and throws. */
export function kernelVariable(kernel: VariableSource, name: string, cpu?: number): KernelObject {
  const { symbol, type, isPerCpu } = typedVariable(kernel, name);
  if (!isPerCpu) {
    if (cpu !== undefined) {
      throw usage(name, `CPU ${cpu}`, 'no CPU: there is one for all');
    }
    return objectAt(kernel, type, symbol.address, name);
  }
  if (cpu === undefined) {
    throw usage(name, 'no CPU', `the number of a CPU: per_cpu(${printable(name)}, 0)`);
  }
  return objectAt(kernel, type, onCpu(kernel, symbol.address, cpu), `per_cpu(${name}, ${cpu})`);
}

/**
 * Where a CPU has its copy of what lies at a per-CPU address. Throws `usage` where it has none, or
 * that is not known.
 */
export function onCpu(kernel: VariableSource, address: bigint, cpu: number): bigint {
  const found = perCpuAddress(kernel, address, cpu);
  if (found !== undefined) {
    return found;
  }
  const { offsets } = perCpuOf(kernel);
  throw new VmcorekitError('usage', {
    what: 'the number of a CPU',
    got: String(cpu),
    allowed:
      offsets.value === null
        ? `none: ${offsets.because}`
        : `one of ${[...offsets.value.keys()].join(', ')}`,
  });
}

function usage(name: string, got: string, allowed: string): VmcorekitError {
  return new VmcorekitError('usage', {
    what: `how the variable ${printable(name)} is read`,
    got,
    allowed,
  });
}
