/**
 * Farthest a match reaches in each form of instruction. Source of all numbers here: Linux
 * Documentation/staging/lzo.rst.
 */
const farthestM2 = 0x800;
const farthestM3 = 0x4000;
export const farthestMatch: number = 0xbfff;
const longestM2 = 8;
const longestFirstRun = 238;
const endMarker = 0x11;

/**
 * At worst 19 literals take 21 bytes and a far match of four takes 3: one byte more for each 23.
 * Copies of four bytes write 3 too many.
 */
export function worstLzo1xSizeInBytes(inputSizeInBytes: number): number {
  return inputSizeInBytes + Math.ceil(inputSizeInBytes / 16) + 16;
}

/**
 * Writes the instructions of an LZO1X stream. The buffer has room for the worst stream of the
 * input, so no write is checked.
 */
export class Lzo1xWriter {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #size = 0;

  constructor(inputSizeInBytes: number) {
    this.#bytes = new Uint8Array(worstLzo1xSizeInBytes(inputSizeInBytes));
    this.#view = new DataView(this.#bytes.buffer);
  }

  get sizeInBytes(): number {
    return this.#size;
  }

  begin(): void {
    this.#size = 0;
  }

  /** Copies `input` in [from, to), which may be empty. Reads up to 3 bytes too many. */
  literals(input: DataView, from: number, to: number): void {
    const count = to - from;
    if (count === 0) {
      return;
    }
    if (this.#size === 0 && count <= longestFirstRun) {
      this.#bytes[this.#size++] = 17 + count;
    } else if (count <= 3 && this.#size > 0) {
      // Counted in the two bits that every match keeps for it, in its last byte but one.
      this.#bytes[this.#size - 2] = (this.#bytes[this.#size - 2] as number) | count;
    } else {
      this.#instruction(0, count - 3, 15);
    }
    const [view, size] = [this.#view, this.#size];
    for (let done = 0; done < count; done += 4) {
      view.setInt32(size + done, input.getInt32(from + done, true), true);
    }
    this.#size = size + count;
  }

  /**
   * Writes a match of `length` bytes from `distance` back. `length` is at least 3, `distance` at
   * most `farthestMatch`.
   */
  match(distance: number, length: number): void {
    if (distance <= farthestM2 && length <= longestM2) {
      const first = ((length - 1) << 5) | (((distance - 1) & 7) << 2);
      this.#view.setInt16(this.#size, first | (((distance - 1) >> 3) << 8), true);
      this.#size += 2;
      return;
    }
    let operand: number;
    if (distance <= farthestM3) {
      operand = distance - 1;
      this.#instruction(32, length - 2, 31);
    } else {
      operand = distance - farthestM3;
      this.#instruction(16 | ((operand >> 11) & 8), length - 2, 7);
    }
    this.#view.setInt16(this.#size, operand << 2, true);
    this.#size += 2;
  }

  end(): void {
    this.#bytes[this.#size++] = endMarker;
    this.#bytes[this.#size++] = 0;
    this.#bytes[this.#size++] = 0;
  }

  copyTo(output: Uint8Array): void {
    output.set(this.#bytes.subarray(0, this.#size));
  }

  /**
   * A count beyond `limit` is written as 0, then a zero byte for each further 255, then the rest,
   * which is never 0.
   */
  #instruction(bits: number, count: number, limit: number): void {
    if (count <= limit) {
      this.#bytes[this.#size++] = bits | count;
      return;
    }
    this.#bytes[this.#size++] = bits;
    let rest = count - limit;
    for (; rest > 255; rest -= 255) {
      this.#bytes[this.#size++] = 0;
    }
    this.#bytes[this.#size++] = rest;
  }
}
