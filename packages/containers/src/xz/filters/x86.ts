import type { XzFilter } from './filter.ts';

/** An opcode, and an address of four bytes. */
const instructionInBytes = 5;
/**
 * Which of the last three bytes were opcodes too, as a mask, says whether an address may begin
 * here, and how many of its bytes are theirs.
 */
const isAllowed = [true, true, true, false, true, false, false, false] as const;
const bytesOf = [0, 1, 2, 2, 3, 3, 3, 3] as const;

/**
 * `call` and `jmp` of i386 and x86-64, whose addresses may begin at any byte. Source: LZMA SDK, and
 * XZ Embedded, xz_dec_bcj.c; both are in the public domain.
 */
export function x86(): XzFilter {
  let mask = 0;
  /** Of the last opcode, from the start of the bytes given. */
  let last = -1;
  return {
    undo(bytes, position) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const end = bytes.length - instructionInBytes + 1;
      let at = 0;
      for (; at < end; at++) {
        if (((bytes[at] ?? 0) & 0xfe) !== 0xe8) {
          continue;
        }
        const distance = at - last;
        mask = distance > 3 ? 0 : (mask << (distance - 1)) & 7;
        last = at;
        const highest = bytes[at + 4 - (bytesOf[mask] ?? 0)] ?? 0;
        if (
          (mask !== 0 && (isAllowed[mask] !== true || isSign(highest))) ||
          !isSign(bytes[at + 4])
        ) {
          mask = (mask << 1) | 1;
          continue;
        }
        view.setUint32(
          at + 1,
          relative(view.getUint32(at + 1, true), position + at + 5, mask),
          true,
        );
        at += 4;
      }
      at = Math.max(0, at);
      last -= at;
      return at;
    },
  };
}

/** The highest byte of an address near the code. */
function isSign(byte: number | undefined): boolean {
  return byte === 0 || byte === 0xff;
}

function relative(absolute: number, next: number, mask: number): number {
  const shift = 8 * (bytesOf[mask] ?? 0);
  let target = (absolute - next) >>> 0;
  if (mask !== 0 && isSign((target >>> (24 - shift)) & 0xff)) {
    target = ((target ^ (2 ** (32 - shift) - 1)) - next) >>> 0;
  }
  const low = target & 0x01ffffff;
  return (low | -(low & 0x01000000)) >>> 0;
}
