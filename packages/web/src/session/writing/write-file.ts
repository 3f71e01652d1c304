import { type OutputPlace, openOutput } from '@vmcorekit/browser';
import type { Dump, WriteOptions } from '@vmcorekit/core';
import type { DriveOptions, Toolkit, WritableKind } from '@vmcorekit/engine';
import type { WrittenDump } from '@vmcorekit/report';
import { refuseBeyondLimit } from '../refuse-beyond-limit.ts';

/** A file that was written; `download` is null where it lies in its place. */
export interface Written {
  readonly written: WrittenDump;
  readonly download: Blob | null;
}

/** Writes a dump as one file, which appears when whole. Throws `io` and what writers throw. */
export async function writeFile(
  toolkit: Toolkit,
  dump: Dump,
  kind: WritableKind,
  place: OutputPlace,
  options: WriteOptions,
  work: DriveOptions,
): Promise<Written> {
  refuseBeyondLimit(dump);
  const output = await openOutput(place);
  try {
    const report = await toolkit.write(
      dump.image,
      kind.format,
      output.sink,
      { ...options, kind: kind.name },
      { ...work, beforeNextStep: () => output.beforeNextStep() },
    );
    const download = await output.commit();
    const files = [{ path: place.name, sizeInBytes: output.sizeInBytes }];
    return { written: { kind: kind.name, files, report }, download };
  } catch (error) {
    await output.abandon();
    throw error;
  }
}
