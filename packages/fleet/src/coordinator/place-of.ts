import { systemReason } from '@vmcorekit/core';
import { identify } from '../identity/identity.ts';
import { stampOf } from '../identity/stamp.ts';
import type { JobFacts, Place } from '../store/store.ts';

/** A place that still has the dump of a job, the newest first. Says why if there is none. */
export async function placeOf({
  dump,
  places,
}: Pick<JobFacts, 'dump' | 'places'>): Promise<Place | { readonly because: string }> {
  const reasons: string[] = [];
  for (const place of places) {
    try {
      const isSame =
        (await stampOf(place.files)) === place.stamp ||
        (await identify(place.files)).digest === dump;
      if (isSame) {
        return place;
      }
      reasons.push(`${place.files.join(',')} holds another dump now`);
    } catch (error) {
      reasons.push(`${place.files.join(',')}: ${systemReason(error)}`);
    }
  }
  return { because: reasons.join('; ') };
}
