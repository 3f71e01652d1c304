import { deflateWindowInBytes, Inflater } from '@vmcorekit/compressors';
import {
  type ByteSource,
  type Damage,
  hex,
  isVmcorekitError,
  type OpenContext,
  type Progress,
  plural,
  type VmcorekitError,
} from '@vmcorekit/core';
import { checkUnpacked, stoppedAt, trailing } from '../contents.ts';
import type { Scratch } from '../scratch.ts';
import { AccessPoints } from './access-points.ts';
import type { DeflateWrapping } from './wrapping.ts';

/** A random page then costs the decoding of half of it: 1 ms. */
const spanInBytes: number = 1 << 20;
/** A long stretch that holds nearly nothing also gets points, so that none takes long to read. */
const packedSpanInBytes: number = 4 << 20;
const nothing = new Uint8Array(0);

export interface DeflateIndex {
  readonly points: AccessPoints;
  readonly unpackedSizeInBytes: number;
  /** File offset of the end of the last stream. */
  readonly packedEnd: number;
  readonly damage: readonly Damage[];
}

/**
 * Decodes the whole file once, without keeping what it holds, to find its size, to check its
 * checksums, and to note places where a decoder can begin. Throws where nothing at all can be
 * decoded, and where it holds too much.
 */
export function* indexStream(
  file: ByteSource,
  wrapping: DeflateWrapping,
  store: Scratch,
  context: OpenContext,
): Generator<Progress, DeflateIndex, void> {
  const pass = new Pass(file, wrapping, store);
  let start = wrapping.streamStart(file, 0);
  while (start !== undefined) {
    pass.beginMember(start);
    for (let isEnded = false; !isEnded; ) {
      const stopped = pass.step();
      if (stopped instanceof Error) {
        return pass.stopped(stopped);
      }
      checkUnpacked(context, `${wrapping.name} stream`, start, pass.total);
      yield {
        kind: 'progress',
        doing: `indexing a ${wrapping.name}-compressed file`,
        fraction: Math.min(1, pass.packedAt / file.sizeInBytes),
      };
      isEnded = stopped;
    }
    start = pass.endMember();
  }
  return pass.result();
}

/** One pass through a file. */
class Pass {
  /** The number of bytes unpacked so far. */
  total = 0;
  readonly #file: ByteSource;
  readonly #wrapping: DeflateWrapping;
  readonly #inflater: Inflater;
  readonly #points: AccessPoints;
  readonly #damage: Damage[] = [];
  #memberStart = 0;
  #memberOffset = 0;
  #sum = 0;
  #lastPacked = 0;
  #packedEnd = 0;

  constructor(file: ByteSource, wrapping: DeflateWrapping, store: Scratch) {
    this.#file = file;
    this.#wrapping = wrapping;
    this.#inflater = new Inflater(wrapping.name);
    this.#points = new AccessPoints(store, spanInBytes);
  }

  get packedAt(): number {
    return this.#inflater.fileOffset;
  }

  beginMember(streamStart: number): void {
    const place = { bit: streamStart * 8, blockBit: streamStart * 8 };
    this.#inflater.begin((at, target) => this.#file.readInto(at, target), place, nothing);
    this.#memberStart = this.total;
    this.#memberOffset = streamStart;
    this.#sum = this.#wrapping.emptySum;
    // It needs no window, so it costs little.
    const sinceLast = this.total - (this.#points.starts.at(-1) ?? 0);
    if (this.#points.count === 0 || sinceLast >= this.#points.spanInBytes / 4) {
      this.#addPoint(nothing);
    }
  }

  /** Decodes a little more: true at the end of a stream, an error where the file cannot be read. */
  step(): boolean | VmcorekitError {
    const next = (this.#points.starts.at(-1) ?? 0) + this.#points.spanInBytes;
    try {
      const status = this.#inflater.next(Math.max(1, next - this.total));
      this.#take();
      if (status !== 'ended' && (this.total >= next || this.#isFarInFile())) {
        this.#addPoint(this.#inflater.history);
      }
      this.#inflater.clear();
      return status === 'ended';
    } catch (error) {
      if (!isVmcorekitError(error, 'bad-data')) {
        throw error;
      }
      this.#take();
      return error;
    }
  }

  /** Checks the trailer, and returns where the next stream begins, or undefined at the end. */
  endMember(): number | undefined {
    const { trailerInBytes, hasMembers, name } = this.#wrapping;
    const at = this.#inflater.fileOffset;
    const trailer = new Uint8Array(trailerInBytes);
    const got = this.#file.readInto(at, trailer);
    this.#packedEnd = at + got;
    const disagreement =
      got < trailerInBytes
        ? `wanted ${plural(trailerInBytes, 'byte')} of checksum, got ${got}: the file ends there`
        : this.#wrapping.disagreement(
            new DataView(trailer.buffer),
            this.#sum,
            this.total - this.#memberStart,
          );
    if (disagreement !== undefined) {
      this.#damage.push({
        name: got < trailerInBytes ? 'compressed-unfinished' : 'compressed-damaged',
        loses: got < trailerInBytes ? 'nothing' : 'page',
        detail: `${name} stream from ${hex(this.#memberOffset)} to ${hex(at)}: ${disagreement}`,
        fileOffset: at,
      });
    }
    const next = hasMembers ? this.#nextStream() : undefined;
    if (next === undefined) {
      this.#damage.push(...trailing(this.#file, this.#packedEnd, `${this.#wrapping.name} stream`));
    }
    return next;
  }

  result(): DeflateIndex {
    return {
      points: this.#points,
      unpackedSizeInBytes: this.total,
      packedEnd: this.#packedEnd,
      damage: this.#damage,
    };
  }

  /** What can be read of a file that is cut or damaged. Throws where that is nothing. */
  stopped(error: VmcorekitError): DeflateIndex {
    if (this.total === 0) {
      throw error;
    }
    const at = this.#inflater.fileOffset;
    const isCut = at + deflateWindowInBytes / 8 >= this.#file.sizeInBytes;
    const name = isCut ? 'compressed-unfinished' : 'compressed-damaged';
    this.#damage.push(stoppedAt(name, error, Math.min(at, this.#file.sizeInBytes), this.total));
    this.#packedEnd = this.#file.sizeInBytes;
    return this.result();
  }

  #take(): void {
    this.#sum = this.#wrapping.sumWith(this.#inflater, this.#sum);
    this.total += this.#inflater.output.length;
  }

  #isFarInFile(): boolean {
    return this.packedAt - this.#lastPacked >= packedSpanInBytes;
  }

  #addPoint(window: Uint8Array): void {
    this.#points.add(this.total, this.#inflater.place, window);
    this.#lastPacked = this.packedAt;
  }

  #nextStream(): number | undefined {
    try {
      return this.#wrapping.streamStart(this.#file, this.#packedEnd);
    } catch (error) {
      if (isVmcorekitError(error, 'malformed') || isVmcorekitError(error, 'truncated')) {
        return undefined;
      }
      throw error;
    }
  }
}
