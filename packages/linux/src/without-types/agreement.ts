/** What one sample says of an offset; `undefined` where it says nothing. */
export type Opinion = boolean | undefined;

/** Fewer samples prove nothing. */
const fewestSamples = 4;
/** As many, evenly spread, where each costs a page by itself. */
const spreadSamples = 8;
/** One in so many may differ: a task may be about to change, and a page may be old. */
const samplesPerMisfit = 100;

/**
 * The offsets at which nearly every sample agrees: of `places`, or of all where they are undefined.
 * Most are refuted by the first samples, so most of the memory is never read.
 */
export function offsetsThat<Sample>(
  samples: readonly Sample[],
  stepInBytes: number,
  agrees: (sample: Sample, offset: number) => Opinion,
  endInBytes: number,
  places?: readonly number[],
): number[] {
  return offsetsWithin(stepInBytes, endInBytes, places).filter((offset) =>
    isAgreed(samples, (sample) => agrees(sample, offset)),
  );
}

/** The steps from 0 to an end; where `places` are given, those of them that are such steps. */
export function offsetsWithin(
  stepInBytes: number,
  endInBytes: number,
  places: readonly number[] | undefined,
): readonly number[] {
  return (
    places?.filter((place) => place >= 0 && place < endInBytes && place % stepInBytes === 0) ??
    Array.from({ length: Math.ceil(endInBytes / stepInBytes) }, (_, index) => index * stepInBytes)
  );
}

/**
 * Whether nearly every sample agrees. Half of them must, and the first one may not differ: it is
 * the task that the kernel itself was linked with, or the first program.
 */
export function isAgreed<Sample>(
  samples: readonly Sample[],
  agrees: (sample: Sample) => Opinion,
): boolean {
  const mostMisfits = Math.floor(samples.length / samplesPerMisfit);
  let agreeing = 0;
  let misfits = 0;
  for (const sample of samples) {
    const opinion = agrees(sample);
    if (opinion === true) {
      agreeing++;
    } else if (opinion === false && (sample === samples[0] || ++misfits > mostMisfits)) {
      return false;
    }
  }
  return agreeing >= Math.max(Math.min(fewestSamples, samples.length), samples.length / 2);
}

/** The only one; undefined where there is none, or a second one agrees as well. */
export function onlyOf<Value>(values: readonly Value[]): Value | undefined {
  return values.length === 1 ? values[0] : undefined;
}

/** The first of many samples, and some evenly spread among the others; all where they are few. */
export function someOf<Sample>(samples: readonly Sample[]): readonly Sample[] {
  const step = samples.length / spreadSamples;
  return step <= 1
    ? samples
    : Array.from({ length: spreadSamples }, (_, at) => samples[Math.floor(at * step)] as Sample);
}
