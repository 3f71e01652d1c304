import { isVmcorekitError, type Kernel } from '@vmcorekit/core';
import { type Shape, type StructReader, structReader } from './struct-reader.ts';

/**
 * A reader of a structure. Undefined where the kernel's types do not have the structure or one of
 * the members, or have it in a form that cannot be read: types come out of a dump as well.
 */
export function knownReader<const Wanted extends Shape>(
  kernel: Pick<Kernel, 'memory' | 'types'>,
  structName: string,
  wanted: Wanted,
): StructReader<Wanted> | undefined {
  try {
    return structReader(kernel, structName, wanted);
  } catch (error) {
    if (isVmcorekitError(error, 'unknown-name') || isVmcorekitError(error, 'usage')) {
      return undefined;
    }
    throw error;
  }
}
