import { plugin as builtIn } from '@vmcorekit/compressors';
import { InlinePageEncoder, type PageEncoderFactory } from '@vmcorekit/core';
import { ThreadedPageEncoder } from '@vmcorekit/node';

/** Encoders in `workers` threads, the caller's among them. A plug-in's codec is only known in the caller's. */
export function pageEncoders(workers: number): PageEncoderFactory {
  return (codec, pageSizeInBytes) =>
    workers > 1 && codec !== null && builtIn.compressors?.includes(codec) === true
      ? new ThreadedPageEncoder(new URL('./encode-worker.js', import.meta.url), workers - 1, codec, pageSizeInBytes)
      : new InlinePageEncoder(codec, pageSizeInBytes);
}
