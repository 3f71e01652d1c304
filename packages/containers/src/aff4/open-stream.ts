import {
  BlockSource,
  type ByteSource,
  type OpenContext,
  type Progress,
  type StatedBlockDigests,
  VmcorekitError,
} from '@vmcorekit/core';
import { LostParts } from '../lost-parts.ts';
import { blockDigestsOf } from './block-digests.ts';
import { type Aff4Codecs, ChunkDecoder, type ChunkRoom } from './chunk-decoder.ts';
import { LossySource } from './lossy-source.ts';
import { readBevies } from './read-bevies.ts';
import { compressionOf, soleValueOf } from './vocabulary.ts';
import type { VolumeFile } from './volume-set.ts';
import { chunksKeptInBytes, type WarmSources } from './warm-sources.ts';

/** A stream, and the volume that has its bevies. */
export interface StreamParts extends VolumeFile {
  readonly urn: string;
  /** What users call it. */
  readonly name: string;
  readonly context: OpenContext;
  readonly codecs: Aff4Codecs;
  readonly room: ChunkRoom;
  readonly warm: WarmSources;
}

export interface OpenedStream {
  readonly source: ByteSource;
  readonly lost: LostParts;
  /** What it states of its chunks, bevy by bevy. */
  readonly blockDigests: readonly StatedBlockDigests[];
}

/** Finds the chunks of a stream. Throws `unsupported` for a method that AFF4 does not define. */
export function* openStream(parts: StreamParts): Generator<Progress, OpenedStream, void> {
  const { file, volume, urn, name, context, codecs, room, warm } = parts;
  const method = soleValueOf(volume.graph, urn, 'compressionMethod');
  const compression = method === undefined ? 'stored' : compressionOf(method);
  if (compression === undefined) {
    throw new VmcorekitError('unsupported', {
      what: `${name} in ${file.name} is compressed by ${method}`,
      advice: 'export it with the program that made it, and give that file',
      holds: 'files',
    });
  }
  const { chunkInBytes, chunksInBevy, isOfOldPmem, ...bevies } = yield* readBevies(
    volume,
    urn,
    context,
  );
  const layout = { compression, chunkInBytes, isOfOldPmem };
  const decoder = new ChunkDecoder(layout, codecs, room);
  const chunks = new BlockSource(file, {
    name: `${file.name}//${name}`,
    codec: `aff4 (${compression})`,
    index: bevies.index,
    decode: (packed, unpacked) => decoder.decode(packed, unpacked),
    cacheSizeInBytes: chunksKeptInBytes,
  });
  const lost = new LostParts(bevies.lost);
  const source = new LossySource(chunks, lost, chunkInBytes, warm);
  const blockDigests = blockDigestsOf(volume, { urn, content: source, chunkInBytes, chunksInBevy });
  return { source, lost, blockDigests };
}
