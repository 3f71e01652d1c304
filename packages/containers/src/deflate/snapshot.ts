import {
  type ByteSource,
  type Compressor,
  hasAt,
  isVmcorekitError,
  latin1Bytes,
} from '@vmcorekit/core';
import { endsOf, misfitOf, sumOf } from '../kept-index.ts';
import type { Scratch } from '../scratch.ts';
import { AccessPoints } from './access-points.ts';
import type { DeflateIndex } from './index-stream.ts';

const mark = 'vmcorekit deflate index\n';
const version = 1;
const header = {
  version: 24,
  checksum: 28,
  fileSize: 32,
  ends: 40,
  unpackedSize: 44,
  packedEnd: 52,
  span: 60,
  count: 68,
  sizeInBytes: 72,
} as const;
const point = { start: 0, bit: 8, blockBit: 16, window: 24, stored: 28, sizeInBytes: 32 } as const;
const windowInBytes = 32_768;

/** The codec that windows are kept with; null where a toolkit has none. */
export type WindowCodec = Compressor | null;

/** The index as bytes to keep: 8 KiB for each MiB of a usual dump, 32 KiB without a codec. */
export function encodeSnapshot(
  file: ByteSource,
  index: DeflateIndex,
  codec: WindowCodec,
): Uint8Array {
  const { points } = index;
  const windows: Uint8Array[] = [];
  let sizeInBytes = header.sizeInBytes + points.count * point.sizeInBytes;
  for (let number = 0; number < points.count; number++) {
    const packed = packedWindow(points.window(number), codec);
    windows.push(packed);
    sizeInBytes += packed.length;
  }
  const snapshot = new Uint8Array(sizeInBytes);
  const view = new DataView(snapshot.buffer);
  snapshot.set(latin1Bytes(mark));
  view.setUint32(header.version, version, true);
  view.setFloat64(header.fileSize, file.sizeInBytes, true);
  view.setUint32(header.ends, endsOf(file), true);
  view.setFloat64(header.unpackedSize, index.unpackedSizeInBytes, true);
  view.setFloat64(header.packedEnd, index.packedEnd, true);
  view.setFloat64(header.span, points.spanInBytes, true);
  view.setUint32(header.count, points.count, true);
  let at = header.sizeInBytes;
  for (const [number, packed] of windows.entries()) {
    const { bit, blockBit } = points.place(number);
    view.setFloat64(at + point.start, points.starts[number] ?? 0, true);
    view.setFloat64(at + point.bit, bit, true);
    view.setFloat64(at + point.blockBit, blockBit, true);
    view.setUint32(at + point.window, points.windowLength(number), true);
    view.setUint32(at + point.stored, packed.length, true);
    snapshot.set(packed, at + point.sizeInBytes);
    at += point.sizeInBytes + packed.length;
  }
  view.setUint32(header.checksum, checksumOf(snapshot), true);
  return snapshot;
}

/** Decodes a kept index, or says why it is not of this file. */
export function decodeSnapshot(
  snapshot: Uint8Array,
  file: ByteSource,
  store: Scratch,
  codec: WindowCodec,
): DeflateIndex | { readonly because: string } {
  const view = new DataView(snapshot.buffer, snapshot.byteOffset, snapshot.byteLength);
  if (snapshot.length < header.sizeInBytes || !hasAt(snapshot, 0, mark)) {
    return { because: 'it is no index of a deflate stream' };
  }
  if (view.getUint32(header.version, true) !== version) {
    return {
      because: `it is of version ${view.getUint32(header.version, true)}, wanted ${version}`,
    };
  }
  if (view.getUint32(header.checksum, true) !== checksumOf(snapshot)) {
    return { because: 'it is damaged' };
  }
  const fileSize = view.getFloat64(header.fileSize, true);
  const misfit = misfitOf({ fileSize, ends: view.getUint32(header.ends, true) }, file);
  if (misfit !== undefined) {
    return misfit;
  }
  const points = new AccessPoints(store, view.getFloat64(header.span, true));
  let at = header.sizeInBytes;
  for (let left = view.getUint32(header.count, true); left > 0; left--) {
    if (at + point.sizeInBytes > snapshot.length) {
      return { because: 'it has fewer access points than it states' };
    }
    const length = view.getUint32(at + point.window, true);
    const stored = at + point.sizeInBytes;
    const packed = snapshot.subarray(stored, stored + view.getUint32(at + point.stored, true));
    const window = unpackedWindow(packed, length, codec);
    if (window === undefined) {
      return { because: 'its windows cannot be unpacked' };
    }
    const place = {
      bit: view.getFloat64(at + point.bit, true),
      blockBit: view.getFloat64(at + point.blockBit, true),
    };
    points.add(view.getFloat64(at + point.start, true), place, window);
    at = stored + packed.length;
  }
  return {
    points,
    unpackedSizeInBytes: view.getFloat64(header.unpackedSize, true),
    packedEnd: view.getFloat64(header.packedEnd, true),
    damage: [],
  };
}

/** The window itself where that is no larger. */
function packedWindow(window: Uint8Array, codec: WindowCodec): Uint8Array {
  const packed = new Uint8Array(windowInBytes);
  const length = codec?.encode?.(window, packed.subarray(0, window.length)) ?? -1;
  return length >= 0 && length < window.length ? packed.subarray(0, length) : window;
}

function unpackedWindow(
  packed: Uint8Array,
  lengthInBytes: number,
  codec: WindowCodec,
): Uint8Array | undefined {
  if (packed.length === lengthInBytes) {
    return packed;
  }
  const window = new Uint8Array(Math.min(lengthInBytes, windowInBytes));
  try {
    return codec?.decode(packed, window) === lengthInBytes ? window : undefined;
  } catch (error) {
    if (isVmcorekitError(error, 'bad-data')) {
      return undefined;
    }
    throw error;
  }
}

function checksumOf(snapshot: Uint8Array): number {
  return sumOf(snapshot, header.checksum + 4);
}
