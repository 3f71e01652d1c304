import { type ByteRange, type ByteSource, lowestIndex, type PlacedBytes } from '@vmcorekit/core';
import { type LostPart, LostParts } from '../lost-parts.ts';
import { readUpToLoss } from './lossy-source.ts';
import type { MapRange } from './read-map.ts';
import type { SymbolicStream } from './vocabulary.ts';
import type { VolumeBudget } from './volume-budget.ts';

/** What a range of a map points to. */
export type MapTarget = PackedBytes | SymbolicStream;

/** Bytes that are decoded in whole chunks, however few of them are read. */
export interface PackedBytes extends ByteSource {
  /** How many bytes a read of a stretch decodes, at most. */
  decodedInBytes?(offset: number, lengthInBytes: number): number;
}

/** A deflated file is decoded from the place before, which lies up to so far away. */
const decodedOfFileInBytes: number = 1 << 20;

export interface MapParts {
  readonly name: string;
  readonly sizeInBytes: number;
  readonly ranges: readonly MapRange[];
  /** Each target that a range names. */
  readonly targets: ReadonlyMap<string, MapTarget>;
  /** What lies between the ranges. */
  readonly gap: SymbolicStream;
  readonly budget: VolumeBudget;
}

/**
 * The bytes that a map puts together, each at its mapped offset. What could not be acquired, and
 * what a target lost, is lost here too. The targets belong to the caller.
 */
export class MapSource implements ByteSource {
  readonly name: string;
  readonly sizeInBytes: number;
  readonly #ranges: readonly MapRange[];
  readonly #targets: ReadonlyMap<string, MapTarget>;
  readonly #gapByte: number;
  readonly lost: LostParts;
  /** Of all ranges before each one: how many bytes reading them decodes. */
  readonly #decodedBefore: Float64Array;

  constructor(parts: MapParts) {
    this.name = parts.name;
    this.sizeInBytes = parts.sizeInBytes;
    this.#ranges = parts.ranges;
    this.#targets = parts.targets;
    this.#gapByte = 'byte' in parts.gap ? parts.gap.byte : 0;
    this.lost = new LostParts([...counted(lostIn(parts), parts.budget)]);
    this.#decodedBefore = decodedBefore(parts);
  }

  readInto(offset: number, target: Uint8Array): number {
    const wanted = target.subarray(
      0,
      Math.max(0, Math.min(target.length, this.sizeInBytes - offset)),
    );
    return readUpToLoss(this.lost, offset, wanted, (part) => this.#read(offset, part));
  }

  lostRanges(offset: number, lengthInBytes: number): Iterable<ByteRange> {
    return this.lost.in(offset, lengthInBytes);
  }

  /** Each range that it touches counts whole. */
  decodedInBytes(offset: number, lengthInBytes: number): number {
    const end = offset + lengthInBytes;
    const count = this.#ranges.length;
    const first = lowestIndex(count, (at) => (this.#ranges[at]?.end ?? 0) <= offset);
    const after = lowestIndex(count, (at) => (this.#ranges[at]?.start ?? 0) < end);
    return (this.#decodedBefore[after] ?? 0) - (this.#decodedBefore[first] ?? 0);
  }

  /** The lost parts of memory that lies there. */
  lostIn(placed: readonly PlacedBytes[]): LostParts {
    return new LostParts(
      placed.flatMap(({ fileOffset, lengthInBytes }) => [
        ...this.lost.in(fileOffset, lengthInBytes),
      ]),
    );
  }

  [Symbol.dispose](): void {}

  #read(offset: number, target: Uint8Array): number {
    let index = lowestIndex(this.#ranges.length, (at) => (this.#ranges[at]?.end ?? 0) <= offset);
    for (let done = 0; done < target.length; ) {
      const range = this.#ranges[index];
      const at = offset + done;
      const isGap = range === undefined || at < range.start;
      const end = range === undefined ? Infinity : isGap ? range.start : range.end;
      const part = target.subarray(done, Math.min(target.length, done + end - at));
      if (isGap) {
        part.fill(this.#gapByte);
      } else {
        this.#readRange(range, at, part);
        index += 1;
      }
      done += part.length;
    }
    return target.length;
  }

  #readRange({ start, target: name, targetOffset }: MapRange, at: number, part: Uint8Array): void {
    const target = this.#targets.get(name);
    if (target !== undefined && 'readInto' in target) {
      target.readInto(targetOffset + (at - start), part);
    } else if (target !== undefined && 'byte' in target) {
      part.fill(target.byte);
    }
  }
}

function decodedBefore({ ranges, targets }: MapParts): Float64Array {
  const sums = new Float64Array(ranges.length + 1);
  let sum = 0;
  for (const [index, { start, end, target: name, targetOffset }] of ranges.entries()) {
    const target = targets.get(name);
    if (target !== undefined && 'readInto' in target) {
      const lengthInBytes = end - start;
      sum +=
        target.decodedInBytes?.(targetOffset, lengthInBytes) ??
        lengthInBytes + decodedOfFileInBytes;
    }
    sums[index + 1] = sum;
  }
  return sums;
}

function* counted(parts: Iterable<LostPart>, budget: VolumeBudget): Iterable<LostPart> {
  for (const part of parts) {
    budget.take('lost parts', 1);
    yield part;
  }
}

function* lostIn({ ranges, targets, gap, sizeInBytes }: MapParts): Generator<LostPart, void, void> {
  let reached = 0;
  for (const { start, end, targetOffset, target: name } of ranges) {
    if ('lost' in gap && reached < start) {
      yield { offset: reached, lengthInBytes: start - reached, because: gap.lost };
    }
    reached = end;
    const target = targets.get(name);
    if (target === undefined || 'byte' in target) {
      continue;
    }
    if ('lost' in target) {
      yield { offset: start, lengthInBytes: end - start, because: target.lost };
      continue;
    }
    const held = Math.max(0, Math.min(end - start, target.sizeInBytes - targetOffset));
    for (const lost of target.lostRanges?.(targetOffset, held) ?? []) {
      const because =
        'because' in lost && typeof lost.because === 'string'
          ? lost.because
          : 'the stream that holds it has lost it';
      const offset = start + (lost.offset - targetOffset);
      yield { offset, lengthInBytes: lost.lengthInBytes, because };
    }
    if (held < end - start) {
      const rest = end - start - held;
      yield {
        offset: start + held,
        lengthInBytes: rest,
        because: `the map takes it from beyond the ${target.sizeInBytes} bytes of its stream`,
      };
    }
  }
  if ('lost' in gap && reached < sizeInBytes) {
    yield { offset: reached, lengthInBytes: sizeInBytes - reached, because: gap.lost };
  }
}
