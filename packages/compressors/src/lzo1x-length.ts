import { badData, endsEarly, tooLong } from './bad-data.ts';

/**
 * Walks an LZO1X stream without decoding it: checks every length, every distance and the end
 * marker, and returns the number of bytes in it. Throws `bad-data` for anything but one whole
 * stream that fits `limitInBytes`. lzo-wasm reports none of this.
 *
 * The stream is instructions of one byte, each with operands. The high bits of the byte, and the
 * number of literals just before it (none, 1 to 3, 4 or more), say which instruction it is. The
 * marker 11 00 00 ends the stream. Source: Linux Documentation/staging/lzo.rst.
 */
export function lzo1xLength(codec: string, input: Uint8Array, limitInBytes: number): number {
  let at = 0;
  let length = 0;
  /** The number of literals just before; 4 stands for more than three. */
  let literals = 0;

  const byte = (): number => {
    const value = input[at++];
    if (value === undefined) {
      throw endsEarly(codec, input.length);
    }
    return value;
  };
  /**
   * A length after a count of 0 in the instruction: each zero byte counts 255, and the byte that
   * ends them counts itself.
   */
  const longer = (count: number, base: number): number => {
    if (count > 0) {
      return count;
    }
    let sum = base;
    for (let next = byte(); ; next = byte()) {
      if (next > 0) {
        return sum + next;
      }
      sum += 255;
    }
  };
  const grow = (count: number): void => {
    length += count;
    if (length > limitInBytes) {
      throw tooLong(codec, limitInBytes);
    }
  };
  const literal = (count: number): void => {
    at += count;
    if (at > input.length) {
      throw endsEarly(codec, input.length);
    }
    grow(count);
    literals = Math.min(count, 4);
  };
  const match = (distance: number, count: number, following: number): void => {
    if (distance > length) {
      throw badData(codec, `a match at byte ${length} of the page reaches ${distance} bytes back`);
    }
    grow(count);
    literal(following);
  };

  const first = input[0] ?? 0;
  if (first > 17) {
    at = 1;
    literal(first - 17);
    // A special form after a first run of 1 to 3. No encoder of dumps writes it, and FFmpeg's
    // decoder does not know it.
    if ((input[at] ?? 16) < 16) {
      throw badData(codec, 'a short match follows the first literals');
    }
  }
  for (;;) {
    const instruction = byte();
    if (instruction >= 64) {
      const distance = byte() * 8 + ((instruction >> 2) & 7) + 1;
      match(distance, (instruction >> 5) + 1, instruction & 3);
    } else if (instruction >= 32) {
      const count = longer(instruction & 31, 31) + 2;
      const operand = byte() | (byte() << 8);
      match((operand >> 2) + 1, count, operand & 3);
    } else if (instruction >= 16) {
      const count = longer(instruction & 7, 7) + 2;
      const operand = byte() | (byte() << 8);
      const distance = ((instruction & 8) << 11) + (operand >> 2);
      if (distance === 0) {
        if (instruction !== 17 || operand !== 0 || at !== input.length) {
          throw badData(
            codec,
            `the end marker at byte ${at - 3} of ${input.length} is damaged or not the end`,
          );
        }
        return length;
      }
      match(distance + 0x4000, count, operand & 3);
    } else if (literals === 0) {
      literal(longer(instruction, 15) + 3);
    } else {
      const distance = byte() * 4 + (instruction >> 2) + 1;
      match(literals < 4 ? distance : distance + 0x800, literals < 4 ? 2 : 3, instruction & 3);
    }
  }
}
