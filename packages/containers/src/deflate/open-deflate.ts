import {
  type ByteSource,
  type ByteStore,
  type ContainerContents,
  isVmcorekitError,
  type OpenContext,
  type Progress,
} from '@vmcorekit/core';
import { type Content, contentsOf, notUsed } from '../contents.ts';
import { storeFor } from '../scratch.ts';
import { deflateSource } from './deflate-source.ts';
import { type DeflateIndex, indexStream } from './index-stream.ts';
import { decodeSnapshot, encodeSnapshot, type WindowCodec } from './snapshot.ts';
import type { DeflateWrapping } from './wrapping.ts';

/**
 * Opens a file of deflate streams: indexes it in one pass, and then decodes what is read of it. A
 * kept index that fits saves the pass. The caller who keeps it must know that the file was not
 * written since: only its ends are compared.
 */
export async function openDeflate(
  file: ByteSource,
  wrapping: DeflateWrapping,
  context: OpenContext,
): Promise<Generator<Progress, ContainerContents, void>> {
  const codec = await windowCodec(context);
  const store = await context.scratch();
  return opened(file, wrapping, context, store, codec);
}

function* opened(
  file: ByteSource,
  wrapping: DeflateWrapping,
  context: OpenContext,
  store: ByteStore,
  codec: WindowCodec,
): Generator<Progress, ContainerContents, void> {
  const made = yield* deflateContent(file, wrapping, context, store, codec);
  return contentsOf(file, { ...made, owned: store });
}

/** What a file of deflate streams holds. The caller owns the file and the store. */
export function* deflateContent(
  file: ByteSource,
  wrapping: DeflateWrapping,
  context: OpenContext,
  store: ByteStore,
  codec: WindowCodec,
): Generator<Progress, Content, void> {
  const kept = context.snapshot;
  const scratch = storeFor(file, store);
  const known = kept === null ? undefined : decodeSnapshot(kept, file, scratch, codec);
  const isKnown = known !== undefined && 'points' in known;
  const index = isKnown ? known : yield* indexStream(file, wrapping, scratch, context);
  const damage = [...(known === undefined || isKnown ? [] : [notUsed(known)]), ...index.damage];
  const snapshot = snapshotOf(file, index, codec);
  return {
    content: deflateSource(file, wrapping, index),
    damage,
    snapshot: isKnown && kept !== null ? () => kept : snapshot,
  };
}

/** Of a damaged file none is kept: what is wrong with it must be found again. */
function snapshotOf(
  file: ByteSource,
  index: DeflateIndex,
  codec: WindowCodec,
): (() => Uint8Array) | undefined {
  return index.damage.length > 0 ? undefined : () => encodeSnapshot(file, index, codec);
}

/** Null where the toolkit has none: windows are then kept as they are. */
export async function windowCodec({ compressors }: OpenContext): Promise<WindowCodec> {
  try {
    return await compressors.ready('zlib', 'encode');
  } catch (error) {
    if (isVmcorekitError(error, 'unknown-name')) {
      return null;
    }
    throw error;
  }
}
