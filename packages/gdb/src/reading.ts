import { type KernelMemory, tryRead, type VirtualAddress } from '@vmcorekit/core';

/** A read never joins what two of these hold, so a lost one costs no others. */
const pageSizeInBytes = 4096n;
const endOfMemory = 1n << 64n;

/**
 * The bytes from an address on, up to the first that cannot be read; empty where none can. Never
 * goes beyond the end of the address space.
 */
export function readHeld(
  memory: KernelMemory,
  address: VirtualAddress,
  lengthInBytes: number,
): Uint8Array {
  const room = endOfMemory - address;
  const wanted = BigInt(lengthInBytes) < room ? lengthInBytes : Number(room);
  const whole = new Uint8Array(wanted);
  if (memory.tryReadInto(address, whole)) {
    return whole;
  }
  let length = 0;
  while (length < wanted) {
    const at = address + BigInt(length);
    const inPage = Number(pageSizeInBytes - (at % pageSizeInBytes));
    const step = Math.min(inPage, wanted - length);
    const held = heldBefore(memory, at, whole.subarray(length, length + step));
    length += held;
    if (held < step) {
      break;
    }
  }
  return whole.slice(0, length);
}

/** How many bytes of a piece are there before the first that is not. Fills in those. */
function heldBefore(memory: KernelMemory, address: VirtualAddress, piece: Uint8Array): number {
  if (memory.tryReadInto(address, piece)) {
    return piece.length;
  }
  if (tryRead(() => memory.translate(address)) === undefined) {
    return 0;
  }
  let length = 0;
  for (let step = Math.ceil(piece.length / 2); step >= 1; step = Math.floor(step / 2)) {
    const end = Math.min(length + step, piece.length);
    if (memory.tryReadInto(address + BigInt(length), piece.subarray(length, end))) {
      length = end;
    }
  }
  // A failed try leaves anything.
  memory.tryReadInto(address, piece.subarray(0, length));
  return length;
}
