import type { Kernel } from '@vmcorekit/core';
import { isKernelCode } from '../kernel-text.ts';
import { makesFrame } from '../x86-frame-code.ts';
import { frameCode } from './frame-pointer-step.ts';

const sampleSize = 256;
const minimumSizeInBytes = 64;

/** How many functions of a sample begin by making a frame. Short functions may do without one. */
export function framesMadeIn(kernel: Kernel): { readonly checked: number; readonly made: number } {
  const starts: bigint[] = [];
  for (const { address, type } of kernel.symbols) {
    if ((type === 't' || type === 'T') && isKernelCode(kernel, address)) {
      starts.push(address);
    }
  }
  const step = Math.max(1, Math.floor(starts.length / sampleSize));
  let checked = 0;
  let made = 0;
  for (let index = 0; index + 1 < starts.length; index += step) {
    const [start = 0n, end = 0n] = starts.slice(index, index + 2);
    const does =
      end - start < minimumSizeInBytes ? undefined : makesFrame(kernel.memory, start, frameCode);
    if (does !== undefined) {
      checked++;
      made += Number(does);
    }
  }
  return { checked, made };
}
