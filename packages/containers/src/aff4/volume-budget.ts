import { VmcorekitError } from '@vmcorekit/core';

export type BudgetItem =
  | 'entries of maps'
  | 'bytes of target lists'
  | 'chunks of streams'
  | 'lost parts'
  | 'characters of descriptions';

/** What all objects of a set's volumes may have together, whatever hostile files say of them. */
const most: Readonly<Record<BudgetItem, number>> = {
  /** A map of memory has some tens; one with gaps for each unreadable page some thousands. */
  'entries of maps': 1 << 20,
  /** Lists of what maps point to: an image has some hundred bytes of them. */
  'bytes of target lists': 16 << 20,
  /** 512 GiB in chunks of 32 KiB: 400 MiB of index. */
  'chunks of streams': 1 << 24,
  /** Each map lists those of its streams once more. */
  'lost parts': 1 << 18,
  /** A volume of one image has some kilobytes. */
  'characters of descriptions': 16 << 20,
};

/** Counts what the objects of a volume have taken. */
export class VolumeBudget {
  readonly #taken: Map<BudgetItem, number> = new Map();

  /** Takes so many. Call it before the work. Throws `unsupported` where no more are left. */
  take(item: BudgetItem, count: number): void {
    const taken = (this.#taken.get(item) ?? 0) + count;
    if (!(taken <= most[item])) {
      throw new VmcorekitError('unsupported', {
        what: `an AFF4 volume with more than ${most[item]} ${item}`,
        advice: 'export the memory in it with aff4imager, and give that file',
      });
    }
    this.#taken.set(item, taken);
  }
}
