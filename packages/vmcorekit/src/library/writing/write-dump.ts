import { plugin as builtIn } from '@vmcorekit/compressors';
import {
  type DumpImage,
  InlinePageEncoder,
  type PageEncoderFactory,
  type WriteOptions,
} from '@vmcorekit/core';
import type { DriveOptions, Toolkit, WritableKind } from '@vmcorekit/engine';
import { ThreadedPageEncoder } from '@vmcorekit/node';
import type { WrittenDump } from '@vmcorekit/report';
import type { Outputs } from './outputs.ts';

/** Writes a dump of that kind, and commits the outputs. */
export async function writeDump(
  toolkit: Toolkit,
  image: DumpImage,
  outputs: Outputs,
  kind: WritableKind,
  options: WriteOptions,
  driving: DriveOptions,
): Promise<WrittenDump> {
  const sinks = outputs.files.map(({ sink }) => sink);
  const [sink] = sinks;
  const report = await toolkit.write(
    image,
    kind.format,
    sinks.length === 1 && sink !== undefined ? sink : sinks,
    { ...options, kind: kind.name },
    { ...driving, beforeNextStep: () => outputs.beforeNextStep() },
  );
  await outputs.commit();
  return {
    kind: kind.name,
    files: outputs.files.map(({ path, sizeInBytes }) => ({ path, sizeInBytes })),
    report,
  };
}

/**
 * Encoders in `workers` threads, including the caller's. Only the caller's thread knows the codec
 * of a plug-in.
 */
export function pageEncoders(workers: number): PageEncoderFactory {
  return (codec, pageSizeInBytes) =>
    workers > 1 && codec !== null && builtIn.compressors?.includes(codec) === true
      ? new ThreadedPageEncoder(
          new URL('./encode-worker.js', import.meta.url),
          workers - 1,
          codec,
          pageSizeInBytes,
        )
      : new InlinePageEncoder(codec, pageSizeInBytes);
}
