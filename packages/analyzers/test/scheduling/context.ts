import type { AnalyzerContext, Kernel, Report } from '@vmcorekit/core';
import type { FieldKernel } from '@vmcorekit/testing';

/** What an analyzer gets of a kernel that a test built. */
export function contextOf(place: FieldKernel, more: Partial<Kernel> = {}): AnalyzerContext {
  const kernel = place.kernel(more);
  return {
    dump: kernel.dump,
    // The analyzers ask of a verdict only whether there is a kernel.
    verdict: { kernel: kernel.located } as AnalyzerContext['verdict'],
    kernel,
  };
}

/** What an analyzer gets of a dump in which no kernel was found. */
export function contextWithout(place: FieldKernel): AnalyzerContext {
  return { ...contextOf(place), verdict: { kernel: null } as never, kernel: null };
}

/** The tables of a report: the heads, then the cells of each row. */
export function tablesOf({ text }: Report): string[][][] {
  return text.flatMap((part) =>
    typeof part === 'string'
      ? []
      : [[part.heads.map(({ title }) => title), ...part.cells.map((row) => [...row])]],
  );
}
