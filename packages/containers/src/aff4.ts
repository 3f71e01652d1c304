import {
  type ByteSource,
  type CompressorRegistry,
  type Container,
  type ContainerContents,
  type FileHead,
  hasAt,
  isVmcorekitError,
  type Progress,
} from '@vmcorekit/core';
import { Aff4Contents } from './aff4/aff4-contents.ts';
import type { Aff4Codecs, MaybeCodec } from './aff4/chunk-decoder.ts';
import { objectsOf } from './aff4/objects.ts';
import { Aff4Volume, searchedInBytes, volumeInComment } from './aff4/volume.ts';
import { type FilesBeside, openBeside, readOthers } from './aff4/volume-set.ts';
import { windowCodec } from './deflate/open-deflate.ts';
import type { ArchiveTools } from './zip/archive.ts';
import { local } from './zip/member.ts';
import { openArchive } from './zip/open-archive.ts';

const firstNames: readonly string[] = ['container.description', 'information.turtle'];

/**
 * Images of AFF4, in which linpmem, winpmem, osxpmem and Evimetry keep memory: a zip archive of
 * streams in chunks, and of maps that put them together. A map of physical memory is placed at its
 * addresses. Source: AFF4 Standard 1.0.
 */
export const aff4: Container = {
  name: 'aff4',
  probe(file) {
    const because = signIn(file);
    return because === undefined ? undefined : { because, strength: 'signature' };
  },
  async open(file, context) {
    const codecs = {
      zlib: await codecOr(context.compressors, 'zlib'),
      snappy: await codecOr(context.compressors, 'snappy'),
    };
    const codec = await windowCodec(context);
    const beside = await openBeside(file, context);
    return opened(file, { context, codec, store: await context.scratch() }, codecs, beside);
  },
};

function signIn(file: FileHead): string | undefined {
  if (!hasAt(file.head, 0, local.magic)) {
    return undefined;
  }
  const first = firstNames.find((name) => hasAt(file.head, local.sizeInBytes, name));
  if (first !== undefined) {
    return `is a zip archive that begins with ${first}`;
  }
  return volumeInComment(file.tail(searchedInBytes)) === undefined
    ? undefined
    : 'is a zip archive with the name of an AFF4 volume';
}

function* opened(
  file: ByteSource,
  tools: ArchiveTools,
  codecs: Aff4Codecs,
  beside: FilesBeside,
): Generator<Progress, ContainerContents, void> {
  const archive = yield* openArchive(file, tools);
  const volume = yield* Aff4Volume.open(file, archive);
  const objects = yield* objectsOf(volume);
  const others = yield* readOthers(volume, objects, beside, tools);
  return new Aff4Contents({ file, volume, objects, others, context: tools.context, codecs });
}

/** Which codecs an image needs shows only when it is read. */
function codecOr(compressors: CompressorRegistry, method: string): Promise<MaybeCodec> {
  return compressors.ready(method, 'decode').catch((error: unknown) => {
    if (isVmcorekitError(error)) {
      return error;
    }
    throw error;
  });
}
