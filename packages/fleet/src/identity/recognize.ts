import { createHash } from 'node:crypto';
import type { Place } from '../store/place.ts';
import { type DumpIdentity, identify, wholeDigestOf } from './identity.ts';
import { stampOf } from './stamp.ts';

/** A dump that is known by what was read of it. */
export interface KnownDump {
  /** `wholeDigestOf` of it; null if that was never needed. */
  readonly whole: string | null;
  readonly places: readonly Place[];
}

/** What a newly found dump is. */
export interface Recognized {
  readonly identity: string;
  /** What was learned of the known dump on the way. */
  readonly wholeOfKnown: string | null;
  /** Of the new one, if it is another dump with the same samples. */
  readonly whole: string | null;
}

/**
 * Which dump the files hold, when `known` has the same samples. Samples alone never make two dumps
 * one: where bytes were left out, all of both are compared. If that cannot be done, they are two.
 */
export async function recognize(
  files: readonly string[],
  { digest, isSampled }: DumpIdentity,
  known: KnownDump | undefined,
): Promise<Recognized> {
  if (known === undefined || !isSampled) {
    return { identity: digest, wholeOfKnown: null, whole: null };
  }
  const whole = await wholeDigestOf(files);
  const wholeOfKnown = known.whole ?? (await wholeOfAny(known.places));
  return whole === wholeOfKnown
    ? { identity: digest, wholeOfKnown, whole: null }
    : { identity: identityOf(whole), wholeOfKnown, whole };
}

/** Whether files hold a dump for certain, although they changed since they were looked at. */
export async function isStill(
  files: readonly string[],
  dump: string,
  whole: string | null,
): Promise<boolean> {
  const { digest, isSampled } = await identify(files);
  if (!isSampled) {
    return digest === dump;
  }
  return whole !== null && (await wholeDigestOf(files)) === whole;
}

/** Of a dump whose samples are another's. */
function identityOf(whole: string): string {
  return createHash('sha256').update(`${whole}\n`).digest('hex');
}

/** Reads a place that did not change since it was added. Null if there is none. */
async function wholeOfAny(places: readonly Place[]): Promise<string | null> {
  for (const { files, stamp } of places) {
    try {
      if ((await stampOf(files)) === stamp) {
        return await wholeDigestOf(files);
      }
    } catch {
      // It is gone, or lies on another machine.
    }
  }
  return null;
}
