import type { OutputKind } from '@vmcorekit/core';
import type { Registry } from './registry.ts';

/** A kind of file that can be written, and the format that writes it. */
export interface WritableKind extends OutputKind {
  readonly format: string;
  /** Whether it can be written as several files, as a split dump. */
  readonly canSplit: boolean;
}

/** The kinds of every registered format that has a writer, in order of registration. */
export function outputKindsOf(registry: Registry): WritableKind[] {
  return registry.all('formats').flatMap(({ name: format, writer }) =>
    (writer?.kinds ?? []).map((kind) => ({
      ...kind,
      format,
      canSplit: writer?.writeSplit !== undefined,
    })),
  );
}
