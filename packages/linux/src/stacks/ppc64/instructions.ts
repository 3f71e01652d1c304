import { type Kernel, tryRead, uint32At, type VirtualAddress } from '@vmcorekit/core';
import type { CallBefore } from '../caller-by-link.ts';

const sizeInBytes = 4;
const mostInstructions = 32;

/** Source: Power ISA, Book I: `bl` (its distance in the middle bits), `bctrl` and `blrl`. */
const directCall = { mask: 0xfc00_0003, value: 0x4800_0001 };
const distanceMask = 0x03ff_fffc;
const indirectCalls = [0x4e80_0421, 0x4e80_0021];
/** A function that needs the table of contents has a second entry, after two instructions. */
const localEntryOffset = 8n;
const returnToLink = 0x4e80_0020; // blr
/** `mtlr` of any register. */
const setLink = { mask: 0xfc1f_ffff, value: 0x7c08_03a6 };
/** `addi r1,r1,…` and `ld r1,…(r1)`, which leave a frame. */
const leaveFrame = [
  { mask: 0xffff_0000, value: 0x3821_0000 },
  { mask: 0xffff_0003, value: 0xe821_0000 },
];
/** The opcodes of all branches. */
const branches = new Set([16, 17, 18, 19]);

interface Pattern {
  readonly mask: number;
  readonly value: number;
}

const fits = (code: number, { mask, value }: Pattern): boolean => (code & mask) >>> 0 === value;

/** The call that a return address follows. */
export function callBefore(kernel: Kernel, address: VirtualAddress): CallBefore {
  const at = BigInt.asUintN(64, address - BigInt(sizeInBytes));
  const code = instructionAt(kernel, at);
  if (code === undefined) {
    return undefined;
  }
  if (fits(code, directCall)) {
    const distance = BigInt.asIntN(26, BigInt(code & distanceMask));
    const entry = BigInt.asUintN(64, at + distance);
    return { targets: [entry, BigInt.asUintN(64, entry - localEntryOffset)] };
  }
  return indirectCalls.includes(code) ? 'indirect' : undefined;
}

/**
 * Whether a function is about to return, and has left its frame, but has not yet loaded the link
 * register: its return address is in its caller's frame.
 */
export function hasLeftFrame(kernel: Kernel, address: VirtualAddress): boolean {
  let setsLink = false;
  for (let index = 0; index < mostInstructions; index++) {
    const code = instructionAt(kernel, address + BigInt(index * sizeInBytes));
    if (code === undefined || leaveFrame.some((each) => fits(code, each))) {
      return false;
    }
    if (code === returnToLink) {
      return setsLink;
    }
    setsLink ||= fits(code, setLink);
    if (branches.has(code >>> 26)) {
      return false;
    }
  }
  return false;
}

/** Code has the byte order of the kernel. */
function instructionAt({ memory }: Kernel, address: VirtualAddress): number | undefined {
  const bytes = tryRead(() => memory.read(address, sizeInBytes));
  return bytes === undefined ? undefined : uint32At(bytes, 0, memory.byteOrder);
}
