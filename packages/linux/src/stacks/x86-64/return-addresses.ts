import {
  type Kernel,
  type StackEnd,
  type StackFrame,
  type StackReader,
  tryRead,
  type Unwinder,
  type UnwindStart,
} from '@vmcorekit/core';
import { isKernelCode } from '../kernel-text.ts';
import { nameFrame } from '../name-frame.ts';
import { complete, incomplete } from '../stack-end.ts';
import { regionAt } from '../stack-regions.ts';
import { traceBy } from '../trace-by.ts';
import { stacksOf } from './cpu-stacks.ts';
import { isAfterCall } from './kernel-code.ts';
import { startStateOf } from './orc-step.ts';

const maxFrames = 512;
const wordSizeInBytes = 8n;
/** Where the size of a stack is not known. */
const usualStackSizeInBytes = 0x4000n;

/**
 * Lists the words of a stack that may be return addresses: each is code, after a call. Functions
 * that have returned leave such words too, so all of them are guesses. The last resort, for kernels
 * that keep neither unwind tables nor frame pointers.
 */
export const returnAddresses: Unwinder = {
  name: 'return-addresses',
  summary: 'lists words of the stack that may be return addresses, as guesses',
  architecture: 'x86_64',
  open: (kernel: Kernel): StackReader | string =>
    kernel.symbols.find('_stext') === undefined
      ? 'no symbols say where the code of the kernel is'
      : { trace: (start) => traceBy('return-addresses', (frames) => walk(kernel, start, frames)) },
};

function walk(kernel: Kernel, start: UnwindStart, frames: StackFrame[]): StackEnd {
  const { ip, sp, isExact, isUser } = startStateOf(start);
  const region = regionAt(stacksOf(kernel, start), sp);
  const stack = region?.name ?? null;
  const kind = isUser ? 'user' : isExact ? 'running' : 'return';
  frames.push(
    nameFrame(kernel, { address: ip, kind, stackPointer: sp, stack: isUser ? null : stack }),
  );
  if (isUser) {
    return complete('not-in-kernel');
  }
  const end = region?.end ?? (sp | (usualStackSizeInBytes - 1n)) + 1n;
  const first = (sp + wordSizeInBytes - 1n) & -wordSizeInBytes;
  for (let at = first; at + wordSizeInBytes <= end; at += wordSizeInBytes) {
    const word = tryRead(() => kernel.memory.readUint64(at));
    if (word !== undefined && isKernelCode(kernel, word) && isAfterCall(kernel, word)) {
      if (frames.length === maxFrames) {
        return incomplete('limit', `there are more than ${maxFrames} words that may be frames`);
      }
      const stackPointer = at + wordSizeInBytes;
      frames.push(
        nameFrame(kernel, { address: word, kind: 'return', stackPointer, stack, isGuess: true }),
      );
    }
  }
  return incomplete(
    'broken',
    'the kernel keeps nothing to unwind by: all frames but the first are guesses',
  );
}
