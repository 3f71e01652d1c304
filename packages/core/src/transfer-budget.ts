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
