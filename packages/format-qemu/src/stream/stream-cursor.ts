import { type ByteSource, latin1Text, VmcorekitError } from '@vmcorekit/core';

const windowSizeInBytes: number = 256 * 1024;

/**
 * Reads a migration stream from front to back, through a window over the file. All numbers of the
 * stream are big-endian. A read beyond the end throws `truncated`.
 */
export class StreamCursor {
  readonly source: ByteSource;
  readonly #window: Uint8Array = new Uint8Array(windowSizeInBytes);
  readonly #view: DataView = new DataView(this.#window.buffer);
  #windowStart = 0;
  #windowLength = 0;
  #position: number;

  constructor(source: ByteSource, position: number) {
    this.source = source;
    this.#position = position;
  }

  /** The offset in the file of the next byte. */
  get position(): number {
    return this.#position;
  }

  set position(position: number) {
    this.#position = position;
  }

  get sizeInBytes(): number {
    return this.source.sizeInBytes;
  }

  /** Whether the file has this many more bytes. */
  has(lengthInBytes: number): boolean {
    return this.#position + lengthInBytes <= this.source.sizeInBytes;
  }

  uint8(what: string): number {
    return this.#view.getUint8(this.#take(1, what));
  }

  uint16(what: string): number {
    return this.#view.getUint16(this.#take(2, what));
  }

  uint32(what: string): number {
    return this.#view.getUint32(this.#take(4, what));
  }

  /** The upper and the lower half of a number are read apart, because a bigint for each costs. */
  uint64Halves(what: string): readonly [upper: number, lower: number] {
    const at = this.#take(8, what);
    return [this.#view.getUint32(at), this.#view.getUint32(at + 4)];
  }

  /** A number that must be an offset, a length or a count. Throws `malformed` from 2^53 on. */
  uint53(what: string): number {
    const at = this.#position;
    const [upper, lower] = this.uint64Halves(what);
    const value = upper * 2 ** 32 + lower;
    if (!Number.isSafeInteger(value)) {
      throw new VmcorekitError('malformed', {
        structure: what,
        fileOffset: at,
        field: 'value',
        wanted: 'a number below 2^53',
        got: (BigInt(upper) << 32n) | BigInt(lower),
      });
    }
    return value;
  }

  /** A name: its length in one byte, then its characters. */
  name(what: string): string {
    const length = this.uint8(what);
    const at = this.#take(length, what);
    return latin1Text(this.#window.subarray(at, at + length));
  }

  /** Passes over bytes without reading them. */
  skip(lengthInBytes: number, what: string): void {
    if (!this.has(lengthInBytes)) {
      throw this.#truncated(lengthInBytes, what);
    }
    this.#position += lengthInBytes;
  }

  /** Where in the window these bytes lie. Moves after them. */
  #take(lengthInBytes: number, what: string): number {
    let at = this.#position - this.#windowStart;
    if (at < 0 || at + lengthInBytes > this.#windowLength) {
      this.#windowStart = this.#position;
      this.#windowLength = this.source.readInto(this.#position, this.#window);
      if (this.#windowLength < lengthInBytes) {
        throw this.#truncated(lengthInBytes, what);
      }
      at = 0;
    }
    this.#position += lengthInBytes;
    return at;
  }

  #truncated(wanted: number, structure: string): VmcorekitError<'truncated'> {
    const { sizeInBytes } = this.source;
    return new VmcorekitError('truncated', {
      structure,
      fileOffset: this.#position,
      wanted,
      got: Math.max(0, sizeInBytes - this.#position),
      fileSize: sizeInBytes,
    });
  }
}
