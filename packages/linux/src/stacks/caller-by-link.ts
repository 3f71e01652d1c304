import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { codeAt } from './code-at.ts';
import type { FrameState } from './walk-frames.ts';

/** What the instruction before a return address calls. */
export type CallBefore =
  /** The functions that a direct call may mean: a function may have more than one entry. */
  | { readonly targets: readonly VirtualAddress[] }
  /** Only a register had the target. */
  | 'indirect'
  /** It is no call. */
  | undefined;

/** An interrupted function, and where it may have its caller. */
export interface LinkedFunction {
  readonly pc: VirtualAddress;
  /** The register that calls leave the return address in. */
  readonly link: VirtualAddress | undefined;
  /** Where the function keeps it once it has a frame; undefined where that is nowhere. */
  readonly savedAt: VirtualAddress | undefined;
  readonly callBefore: (address: VirtualAddress) => CallBefore;
  /** The address in a saved word, on machines that sign it; `link` is one already. */
  readonly addressIn?: (word: bigint) => VirtualAddress;
}

/**
 * The caller of an interrupted function that has no frame: a leaf never makes one, and others have
 * none in their first instructions. Undefined where the function has its frame, or has called
 * others: then the register points into the function itself. It is proved where the register
 * follows a call of just this function; else it is a guess.
 */
export function callerByLink(
  kernel: Kernel,
  { pc, link, savedAt, callBefore, addressIn = (word) => word }: LinkedFunction,
): Pick<FrameState, 'pc' | 'isGuess' | 'note'> | undefined {
  const { memory, symbols } = kernel;
  const own = symbols.at(pc, 'exact');
  if (link === undefined || own === undefined || codeAt(kernel, link - 1n) === undefined) {
    return undefined;
  }
  const isSaved =
    savedAt !== undefined && tryRead(() => addressIn(memory.readPointer(savedAt))) === link;
  const call = isSaved ? undefined : callBefore(link);
  if (call === undefined || symbols.at(link, 'return')?.address === own.address) {
    return undefined;
  }
  const isProved = call !== 'indirect' && call.targets.includes(own.address);
  return {
    pc: link,
    isGuess: !isProved,
    note: isProved ? null : 'only the link register shows this caller',
  };
}
