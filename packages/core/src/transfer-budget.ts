import type { DumpTransfer } from './dump.ts';

/** How much may be fetched over networks, by all the sources that have this budget. */
export class TransferBudget {
  readonly limitInBytes: number;
  #spentInBytes = 0;

  /** `Infinity` is no limit. */
  constructor(limitInBytes: number) {
    this.limitInBytes = limitInBytes;
  }

  get leftInBytes(): number {
    return this.limitInBytes - this.#spentInBytes;
  }

  /** Takes so much out of the budget; false where less is left, and then takes nothing. */
  spend(lengthInBytes: number): boolean {
    if (lengthInBytes > this.leftInBytes) {
      return false;
    }
    this.#spentInBytes += lengthInBytes;
    return true;
  }
}

/** Whether files are larger than what may still be fetched: no pass through them may begin. */
export function isTooMuchToFetch(transfer: DumpTransfer | undefined): transfer is DumpTransfer {
  const { filesInBytes = 0, leftInBytes = Infinity } = transfer ?? {};
  return filesInBytes > leftInBytes;
}
