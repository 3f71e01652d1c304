import type { ByteSource } from '@vmcorekit/core';

/** Where a processor of a PC begins. Source: Intel SDM volume 3, "First Instruction Executed". */
export const resetVectorAt: number = 2 ** 32 - 16;
const sizeInBytes = 16;
/** A far jump to segment 0xf000, then the date of the BIOS: `06/23/99` is SeaBIOS's. */
const farJump = 0xea;
const segment = { at: 3, bytes: [0x00, 0xf0] } as const;
const date = { at: 5, text: /^\d\d\/\d\d\/\d\d$/, sizeInBytes: 8 } as const;

/**
 * Whether a file has the reset vector of a BIOS at the offset that is its address, as one that is
 * padded with zeros has: QEMU's dumps hold the ROM below 4 GiB. RAM holds no such bytes there.
 */
export function hasResetVectorInPlace(source: ByteSource): boolean {
  const bytes = new Uint8Array(sizeInBytes);
  return (
    source.sizeInBytes >= resetVectorAt + sizeInBytes &&
    source.readInto(resetVectorAt, bytes) === sizeInBytes &&
    bytes[0] === farJump &&
    segment.bytes.every((byte, index) => bytes[segment.at + index] === byte) &&
    date.text.test(String.fromCharCode(...bytes.subarray(date.at, date.at + date.sizeInBytes)))
  );
}
