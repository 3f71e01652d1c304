import type { FrameCode } from '../x86-frame-code.ts';

/** `push %ebp; mov %esp,%ebp`. */
export const frameCode: FrameCode = {
  prologues: [
    [0x55, 0x89, 0xe5],
    [0x55, 0x8b, 0xec],
  ],
  // The call of the function tracer and the first loads may come before it.
  searchedSizeInBytes: 35,
};
