import { systemReason } from '@vmcorekit/core';
import { isStill } from '../identity/recognize.ts';
import { stampOf } from '../identity/stamp.ts';
import type { Place } from '../store/place.ts';
import type { JobFacts } from '../store/store.ts';

/** A place that still has the dump of a job, the newest first. Says why if there is none. */
export async function placeOf({
  dump,
  whole,
  places,
}: Pick<JobFacts, 'dump' | 'whole' | 'places'>): Promise<Place | { readonly because: string }> {
  const reasons: string[] = [];
  for (const place of places) {
    try {
      const isSame =
        (await stampOf(place.files)) === place.stamp || (await isStill(place.files, dump, whole));
      if (isSame) {
        return place;
      }
      reasons.push(`${place.files.join(',')} changed since it was added`);
    } catch (error) {
      reasons.push(`${place.files.join(',')}: ${systemReason(error)}`);
    }
  }
  return { because: reasons.join('; ') };
}
