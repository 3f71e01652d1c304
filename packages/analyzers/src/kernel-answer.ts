import {
  type AnalyzerContext,
  isUnreadable,
  isVmcorekitError,
  type Kernel,
  type Progress,
  type Report,
  type ReportRows,
  type Verdict,
} from '@vmcorekit/core';
import { withoutTypes } from '@vmcorekit/linux';

const maxListed = 16;

/** What stands where there is no answer. */
export interface NoAnswer {
  /** Begins the text: `no tasks`, or `no answer to irq`. */
  readonly head: string;
  /** The table of an answer, without rows; not there where an answer is no table. */
  readonly rows?: ReportRows;
}

/** A report without an answer; the text says why, a sentence a line. */
export type Without = (
  because: string | readonly string[],
  remarks?: readonly string[],
) => Report<null>;

/**
 * The report that `make` has for a kernel. Without a kernel, or where its memory or its types do
 * not lead to an answer, the data is null, and the text says why. Throws `usage` and `unknown-name`
 * where the caller asked for what no kernel has.
 */
export function* kernelAnswer<Data>(
  { kernel, verdict }: AnalyzerContext,
  { head, rows }: NoAnswer,
  make: (kernel: Kernel, without: Without) => Generator<Progress, Report<Data>, void>,
): Generator<Progress, Report<Data | null>, void> {
  const without: Without = (because, remarks = []) => ({
    text: [because].flat().map((each) => `${head}: ${each}`),
    data: null,
    ...(rows === undefined ? {} : { rows }),
    remarks: [...(kernel?.types.remarks ?? []), ...remarks],
  });
  if (kernel === null) {
    return without(whyNoKernel(verdict));
  }
  try {
    return yield* make(kernel, without);
  } catch (error) {
    if (error instanceof Error && isUnreadable(error)) {
      return without(error.message);
    }
    const isAboutNames =
      isVmcorekitError(error, 'usage') || isVmcorekitError(error, 'unknown-name');
    // Every source of types that has more than VMCOREINFO's few structures has this one.
    if (isAboutNames && kernel.types.type?.('int') === undefined) {
      return without(`${error.message}; ${withoutTypes(kernel, 'what is needed')}`);
    }
    if (kernel.types.isPartial === true && isAboutTypes(error)) {
      return without(
        `${error.message}; ${kernel.types.from} is read only in part, and what it lost may be this`,
      );
    }
    throw error;
  }
}

/** Whether a name is one that a lost page of types may hold. */
function isAboutTypes(error: unknown): error is Error {
  return (
    (isVmcorekitError(error, 'usage') && error.facts.lacksType === true) ||
    (isVmcorekitError(error, 'unknown-name') && /^(type|structure|member)\b/.test(error.facts.kind))
  );
}

/** The report on what `read` finds in a kernel. Where one finds nothing, it returns why. */
export function foundAnswer<Found, Data>(
  context: AnalyzerContext,
  none: NoAnswer,
  read: (kernel: Kernel) => Generator<Progress, Found | string, void>,
  report: (found: Found, kernel: Kernel) => Report<Data> | string,
): Generator<Progress, Report<Data | null>, void> {
  return kernelAnswer<Data | null>(context, none, function* (kernel, without) {
    const found = yield* read(kernel);
    if (typeof found === 'string') {
      return without(found);
    }
    const made = report(found, kernel);
    if (typeof made === 'string') {
      return without(made);
    }
    return { ...made, remarks: [...kernel.types.remarks, ...(made.remarks ?? [])] };
  });
}

/**
 * A part of an answer whose structures the analyzer itself names, not the caller. A sentence where
 * the kernel's memory or its types do not lead to it; of an incomplete BTF, the other parts stand.
 */
export function* partOrWhy<Part>(
  kernel: Kernel,
  called: string,
  read: () => Generator<Progress, Part, void>,
): Generator<Progress, Part | string, void> {
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

/** A sentence where the CPU that was asked for is none of those that are known. */
export function noSuchCpu(asked: number | null, known: readonly number[]): string[] {
  return asked === null || known.includes(asked)
    ? []
    : [`there is no CPU ${asked}: known are ${known.slice(0, maxListed).join(', ') || 'none'}`];
}

/** Why an analyzer was given no kernel. */
export function whyNoKernel({ kernel }: Pick<Verdict, 'kernel'>): string {
  return kernel === null
    ? 'no kernel was found in memory'
    : 'the page tables of the kernel are not known';
}
