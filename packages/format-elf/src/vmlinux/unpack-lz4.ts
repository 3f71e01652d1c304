import { VmcorekitError } from '@vmcorekit/core';

/** What one block holds at most. Source: LZ4 Frame Format Description, "Legacy frame". */
const blockLimitInBytes = 8 * 1024 * 1024;
const magicInBytes = 4;
const minMatch = 4;

/**
 * Unpacks a legacy frame of LZ4, as the kernel's build writes it, into `output`, and returns the
 * number of bytes. Throws `bad-data` where it is damaged, or holds more than `output`. Source: LZ4
 * Block Format Description and LZ4 Frame Format Description.
 */
export function unpackLz4(input: Uint8Array, output: Uint8Array): number {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  let written = 0;
  for (let at = magicInBytes; at + 4 <= input.length; ) {
    const start = at + 4;
    const length = view.getUint32(at, true);
    if (length > input.length - start) {
      throw badData(`a block of ${length} bytes at byte ${at} ends after the stream`);
    }
    const room = output.subarray(written, written + blockLimitInBytes);
    written += unpackBlock(input.subarray(start, start + length), room, start);
    at = start + length;
  }
  return written;
}

/** `start` is where the block lies, for messages. */
function unpackBlock(input: Uint8Array, output: Uint8Array, start: number): number {
  let from = 0;
  let to = 0;
  const lengthOf = (nibble: number): number => {
    let length = nibble;
    for (let more = nibble === 15; more; ) {
      const byte = input[from++];
      if (byte === undefined) {
        throw badData(`the block at byte ${start} ends early`);
      }
      length += byte;
      more = byte === 255;
    }
    return length;
  };
  while (from < input.length) {
    const token = input[from++] ?? 0;
    const literals = lengthOf(token >> 4);
    if (literals > input.length - from || literals > output.length - to) {
      throw badData(`the block at byte ${start} holds too much, or ends early`);
    }
    output.set(input.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from === input.length) {
      break;
    }
    const distance = (input[from] ?? 0) | ((input[from + 1] ?? 0) << 8);
    from += 2;
    const match = lengthOf(token & 15) + minMatch;
    if (distance === 0 || distance > to || match > output.length - to) {
      throw badData(`the block at byte ${start} refers to what is not in it`);
    }
    if (distance >= match) {
      output.copyWithin(to, to - distance, to - distance + match);
      to += match;
    } else {
      for (const end = to + match; to < end; to++) {
        output[to] = output[to - distance] ?? 0;
      }
    }
  }
  return to;
}

function badData(because: string): VmcorekitError {
  return new VmcorekitError('bad-data', { codec: 'lz4', because });
}
