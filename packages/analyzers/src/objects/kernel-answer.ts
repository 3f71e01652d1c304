import {
  type AnalyzerContext,
  isUnreadable,
  isVmcorekitError,
  type Kernel,
  type Report,
} from '@vmcorekit/core';
import { withoutTypes } from '@vmcorekit/linux';
import { whyNoKernel } from '../why-no-kernel.ts';

/**
 * The report that `make` has for a kernel. Without a kernel, or where its memory or its types do
 * not lead to an answer, the data is null, and the text says why. Throws `usage` and `unknown-name`
 * where the caller asked for what no kernel has.
 */
export function* kernelAnswer<Step, Data>(
  { kernel, verdict }: AnalyzerContext,
  what: string,
  make: (kernel: Kernel) => Generator<Step, Report<Data>, void>,
): Generator<Step, Report<Data | null>, void> {
  if (kernel === null) {
    return without(what, whyNoKernel(verdict));
  }
  try {
    return yield* make(kernel);
  } catch (error) {
    if (error instanceof Error && isUnreadable(error)) {
      return without(what, error.message);
    }
    const isAboutNames =
      isVmcorekitError(error, 'usage') || isVmcorekitError(error, 'unknown-name');
    // Every source of types that has more than VMCOREINFO's few structures has this one.
    if (isAboutNames && kernel.types.type?.('int') === undefined) {
      return without(what, `${error.message}; ${withoutTypes(kernel, what)}`, kernel.types.remarks);
    }
    throw error;
  }
}

/**
 * A part of an answer whose structures the analyzer itself names, not the caller. A sentence where
 * the kernel's memory or its types do not lead to it; of an incomplete BTF, the other parts stand.
 */
export function* partOrWhy<Step, Part>(
  kernel: Kernel,
  called: string,
  read: () => Generator<Step, Part, void>,
): Generator<Step, Part | string, void> {
  try {
    return yield* read();
  } catch (error) {
    if (error instanceof Error && isUnreadable(error)) {
      return `no ${called}: ${error.message}`;
    }
    if (isVmcorekitError(error, 'unknown-name') || isVmcorekitError(error, 'usage')) {
      return `no ${called}: ${withoutTypes(kernel, `them (${error.message})`)}`;
    }
    throw error;
  }
}

function without(what: string, because: string, remarks: readonly string[] = []): Report<null> {
  return { text: [`no answer to ${what}: ${because}`], data: null, remarks };
}
