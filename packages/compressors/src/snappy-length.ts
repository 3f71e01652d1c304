import { badData, endsEarly, tooLong } from './bad-data.ts';

/**
 * Walks a snappy stream without decoding it: checks every length and offset, and returns the number
 * of bytes in it. Throws `bad-data` for anything but one whole stream that fits `limitInBytes`.
 * snappyjs loops forever on a negative literal length, and silently pads a short stream. Source:
 * google/snappy, format_description.txt.
 */
export function snappyLength(codec: string, input: Uint8Array, limitInBytes: number): number {
  let at = 0;
  const littleEndian = (sizeInBytes: number): number => {
    let value = 0;
    for (let i = 0; i < sizeInBytes; i++) {
      value += (input[at + i] ?? 0) * 256 ** i;
    }
    at += sizeInBytes;
    if (at > input.length) {
      throw endsEarly(codec, input.length);
    }
    return value;
  };

  let declared = 0;
  for (let shift = 0; ; shift += 7) {
    const next = littleEndian(1);
    declared += (next & 0x7f) * 2 ** shift;
    if (declared > limitInBytes) {
      throw tooLong(codec, limitInBytes);
    }
    if (next < 0x80) {
      break;
    }
    if (shift === 28) {
      throw badData(codec, 'the length at its head does not end');
    }
  }

  let length = 0;
  while (at < input.length) {
    const tag = littleEndian(1);
    const kind = tag & 3;
    if (kind === 0) {
      const short = tag >> 2;
      const count = (short < 60 ? short : littleEndian(short - 59)) + 1;
      at += count;
      length += count;
      if (at > input.length) {
        throw endsEarly(codec, input.length);
      }
    } else {
      const distance =
        kind === 1 ? ((tag >> 5) << 8) + littleEndian(1) : littleEndian(kind === 2 ? 2 : 4);
      if (distance === 0 || distance > length) {
        throw badData(codec, `a copy at byte ${length} of the page reaches ${distance} bytes back`);
      }
      length += kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    }
    if (length > declared) {
      throw badData(codec, `the stream holds more than the ${declared} bytes it declares`);
    }
  }
  if (length !== declared) {
    throw badData(codec, `the stream holds ${length} bytes and declares ${declared}`);
  }
  return length;
}
