import type { KernelMemory, VirtualAddress } from '@vmcorekit/core';
import { type Instruction, instructionAt } from './instruction.ts';

/** Functions make their frame in their first instructions, and undo it in their last ones. */
const maxLookedAtInBytes = 256;

/** The instructions from an address on, one after the other, and not too many. */
export function* instructionsFrom(
  memory: KernelMemory,
  start: VirtualAddress,
): Generator<{ readonly at: VirtualAddress; readonly instruction: Instruction }, void, void> {
  const code = readableFrom(memory, start);
  for (let offset = 0; offset < code.length; ) {
    const instruction = instructionAt(code, offset);
    if (instruction === undefined) {
      return;
    }
    yield { at: start + BigInt(offset), instruction };
    offset += instruction.sizeInBytes;
  }
}

/** Code up to the end of its page where the next one is lost. */
function readableFrom(memory: KernelMemory, start: VirtualAddress): Uint8Array {
  const page = BigInt(memory.root.basePageSizeInBytes);
  const rest = Number(page - (start % page));
  return (
    memory.tryRead(start, maxLookedAtInBytes) ??
    memory.tryRead(start, Math.min(rest, maxLookedAtInBytes)) ??
    new Uint8Array(0)
  );
}
