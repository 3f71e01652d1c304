import { type KernelView, tryRead } from '@vmcorekit/core';
import { runAt } from '../run-at.ts';

/** The architecture whose code names variables by their whole addresses. */
const architectureOfCode = 'i386';
/** The functions asked for are shorter. */
const searchedInBytes = 64;
const addressSizeInBytes = 4;

/**
 * Whatever in a function's code may be the address of a variable, for i386 kernels whose symbols
 * name functions only: four bytes that lead to memory the kernel writes. No process can change code
 * that is protected from writes. None on other machines.
 */
export function* variablesIn(
  { dump: { architecture }, symbols, memory, runs }: KernelView,
  functionName: string,
): Generator<bigint, void, void> {
  const start = symbols.find(functionName)?.address;
  if (architecture?.name !== architectureOfCode || start === undefined) {
    return;
  }
  const text = runAt(runs, start);
  const isProtected = text?.isExecutable === true && !text.isWritable;
  const code = isProtected ? tryRead(() => memory.read(start, searchedInBytes)) : undefined;
  const view = new DataView((code ?? new Uint8Array()).slice().buffer);
  for (let at = 0; at + addressSizeInBytes <= view.byteLength; at++) {
    const address = BigInt(view.getUint32(at, true));
    if (runAt(runs, address)?.isWritable === true) {
      yield address;
    }
  }
}
