import type { Lzma2Chunks } from '@vmcorekit/compressors';
import {
  type ByteSource,
  type Damage,
  hexText,
  isVmcorekitError,
  isZero,
  readExactly,
  VmcorekitError,
} from '@vmcorekit/core';
import { PackedReader, wordAt } from '../packed-blocks.ts';
import type { Piece } from '../spool.ts';
import { readBlockHeader, refusedFilter, type XzBlock } from './block-header.ts';
import { FilterChain } from './filters/filter-chain.ts';
import { malformed } from './malformed.ts';
import {
  checkStreamFooter,
  maxPaddingInBytes,
  readStreamHeader,
  streamFooterInBytes,
  streamHeaderInBytes,
  type XzStream,
} from './stream-header.ts';
import { endOfIndex } from './stream-index.ts';

/** Source: the .xz file format, section 5.3.1, and LZMA SDK's Lzma2Dec.c for its meaning. */
const control = { end: 0, storedAnew: 1, stored: 2, compressed: 0x80 } as const;
const structure = 'LZMA2 chunk';
const nothing = new Uint8Array(0);

/** Decodes all streams of a file, from the start, without their indexes. */
export function* xzPieces(
  file: ByteSource,
  chunks: Lzma2Chunks,
): Generator<Piece, readonly Damage[], void> {
  let end = 0;
  for (let at = 0; at < file.sizeInBytes; ) {
    if (at > 0 && wordAt(file, at, true) === 0 && at - end < maxPaddingInBytes) {
      at += 4;
      continue;
    }
    const stream = readStreamHeader(file, at);
    at += streamHeaderInBytes;
    for (
      let block = readBlockHeader(file, at);
      block !== undefined;
      block = readBlockHeader(file, at)
    ) {
      at = yield* blockInPieces(file, stream, block, chunks);
    }
    const footerAt = endOfIndex(file, at);
    checkStreamFooter(file, footerAt, stream, footerAt - at);
    at = footerAt + streamFooterInBytes;
    end = at;
    yield { bytes: nothing, fileOffset: at };
  }
  return [];
}

/** Decodes a block. Returns where the next begins. One whose checksum is wrong holds nothing. */
export function* blockInPieces(
  file: ByteSource,
  stream: XzStream,
  block: XzBlock,
  chunks: Lzma2Chunks,
): Generator<Piece, number, void> {
  const { filters } = block;
  const refuse = (filter: string) => refusedFilter(file, block.chunksAt, filter);
  const chain = filters.length === 0 ? undefined : new FilterChain(filters, refuse);
  const unfiltered = (undo: FilterChain, bytes: Uint8Array, isEnd: boolean): Uint8Array => {
    const done = undo.next(bytes, isEnd);
    chunks.addToChecksum(done);
    return done;
  };
  chunks.startBlock(block.dictionaryInBytes, stream.check, chain === undefined);
  const reader = new PackedReader();
  let at = block.chunksAt;
  let isFirst = true;
  for (;;) {
    const [byte = 0] = reader.read(file, at, 1, structure);
    if (byte === control.end) {
      break;
    }
    const { bytes, end } = guarded(at, () => decodeChunk(file, reader, at, byte, isFirst, chunks));
    isFirst = false;
    at = end;
    yield { bytes: chain === undefined ? bytes : unfiltered(chain, bytes, false), fileOffset: at };
  }
  if (chain !== undefined) {
    yield { bytes: unfiltered(chain, nothing, true), fileOffset: at };
  }
  // Padding to a multiple of four bytes, which the file's own offsets are not.
  const checkAt = at + 1 + ((4 - ((at + 1 - block.chunksAt) % 4)) % 4);
  const padding = readExactly(file, at + 1, checkAt - (at + 1), 'xz block padding');
  const check = readExactly(file, checkAt, stream.checkInBytes, 'xz checksum');
  const sum = chunks.checksum;
  if (stream.check !== 'none' && sum.some((byte, index) => byte !== check[index])) {
    yield { bytes: nothing, fileOffset: checkAt, checksum: 'wrong' };
    throw badData(
      checkAt,
      `the block's checksum is ${hexText(check)}, that of its contents ${hexText(sum)}, so it is not read (xz -dc --ignore-check FILE > DUMP unpacks it)`,
    );
  }
  yield { bytes: nothing, fileOffset: checkAt, checksum: 'right' };
  if (!isZero(padding)) {
    throw malformed('xz block', at + 1, 'padding', 'zeros', hexText(padding));
  }
  return checkAt + stream.checkInBytes;
}

function decodeChunk(
  file: ByteSource,
  reader: PackedReader,
  at: number,
  byte: number,
  isFirst: boolean,
  chunks: Lzma2Chunks,
): { readonly bytes: Uint8Array; readonly end: number } {
  const isCompressed = byte >= control.compressed;
  const what = (byte >> 5) & 3;
  const resetsDictionary = isCompressed ? what === 3 : byte === control.storedAnew;
  if ((!isCompressed && byte > control.stored) || (isFirst && !resetsDictionary)) {
    throw badData(at, `a chunk with control byte ${byte}`);
  }
  const head = readExactly(file, at, isCompressed ? (what >= 2 ? 6 : 5) : 3, structure);
  const view = new DataView(head.buffer);
  if (!isCompressed) {
    const length = view.getUint16(1) + 1;
    const data = reader.read(file, at + head.length, length, structure);
    return { bytes: chunks.stored(data, resetsDictionary), end: at + head.length + length };
  }
  const unpacked = ((byte & 0x1f) << 16) + view.getUint16(1) + 1;
  const packed = view.getUint16(3) + 1;
  const data = reader.read(file, at + head.length, packed, structure);
  const reset = {
    dictionary: resetsDictionary,
    state: what >= 1,
    properties: what >= 2 ? view.getUint8(5) : null,
  };
  return { bytes: chunks.compressed(data, unpacked, reset), end: at + head.length + packed };
}

function guarded<Result>(fileOffset: number, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (isVmcorekitError(error, 'bad-data')) {
      throw new VmcorekitError('bad-data', { ...error.facts, fileOffset }, { cause: error });
    }
    throw error;
  }
}

function badData(fileOffset: number, because: string): VmcorekitError {
  return new VmcorekitError('bad-data', { codec: 'xz', because, fileOffset });
}
