import type { ByteSource, ContainerContents, OpenContext, Progress } from '@vmcorekit/core';
import { contentsOf } from '../contents.ts';
import { deflateSource } from './deflate-source.ts';
import { indexStream } from './index-stream.ts';
import type { DeflateWrapping } from './wrapping.ts';

/** Opens a file of deflate streams: indexes it in one pass, and then decodes what is read of it. */
export async function openDeflate(
  file: ByteSource,
  wrapping: DeflateWrapping,
  context: OpenContext,
): Promise<Generator<Progress, ContainerContents, void>> {
  const store = await context.scratch();
  return (function* () {
    const index = yield* indexStream(file, wrapping, store, context);
    const content = deflateSource(file, wrapping, index);
    return contentsOf(file, { content, damage: index.damage, owned: store });
  })();
}
