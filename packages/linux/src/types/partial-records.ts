import { isUnreadable, tryRead } from '@vmcorekit/core';
import type { PagedBytes } from './btf-bytes.ts';
import { isDamage } from './btf-damage.ts';
import { type BtfRecords, IndexedRecords, showsSign } from './btf-records.ts';
import { type BtfSection, recordHeadInBytes, unknownPlace } from './btf-section.ts';
import type { RecordPlaces } from './record-places.ts';

/**
 * The records of a BTF of which pages are lost. Each begins where the one before it ends; after a
 * lost page, the kernel's own array of places says where the next begins. A record is unknown where
 * that array is damaged too. Without that array, no type after the first lost one is known, because
 * its id is not. Asking for a lost record throws what reading its page threw. Throws `truncated` or
 * `malformed` where what is there is no BTF.
 */
export function partialRecords(
  bytes: PagedBytes,
  section: BtfSection,
  known: RecordPlaces | undefined,
): BtfRecords {
  bytes.needAll();
  const { typesLength } = section;
  const limit = known === undefined ? Math.floor(typesLength / recordHeadInBytes) : known.count - 1;
  const places = new Uint32Array(limit).fill(unknownPlace);
  let areEnumerationsSigned = false;
  let lost: Error | undefined;
  let count = 0;
  let next: number | undefined = 0;
  for (; count < limit && next !== typesLength; count++) {
    const id = count + 1;
    const chained: number | undefined = next;
    next = undefined;
    try {
      // The array also shows where a record has another length than it had.
      const at: number | undefined = tryRead(() => known?.at(id)) ?? chained;
      if (at !== undefined) {
        places[count] = at;
        const length = section.recordLength(at);
        section.checkEnd(at, length);
        areEnumerationsSigned ||= showsSign(section, at);
        next = at + length;
      }
    } catch (error) {
      if (!(known === undefined ? isUnreadable(error) : isDamage(error))) {
        throw error;
      }
      lost ??= error as Error;
      if (known === undefined) {
        break;
      }
    }
  }
  return new IndexedRecords(section, undefined, {
    places: known === undefined ? places.subarray(0, count) : places,
    areEnumerationsSigned,
    lost,
  });
}
