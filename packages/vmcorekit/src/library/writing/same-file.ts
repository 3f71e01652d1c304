import { type Stats, statSync } from 'node:fs';
import { layerNames, placedNames } from '@vmcorekit/engine';

/** The first output that is one of the inputs, by any name; undefined if none is. */
export function inputAmong(
  inputs: readonly string[],
  outputs: readonly string[],
): string | undefined {
  const sources = inputs.flatMap(statsOfInput);
  return outputs.find((output) => {
    const target = statOf(output);
    return (
      target !== undefined &&
      sources.some((source) => source?.ino === target.ino && source.dev === target.dev)
    );
  });
}

/**
 * The identity of the file, of the container in `FILE//ENTRY`, or of each file in `FILE@ADDRESS`
 * and `BASE+DIFF`.
 */
function statsOfInput(input: string): Stats[] {
  let stat = statOf(input);
  for (
    let at = input.lastIndexOf('//');
    stat === undefined && at > 0;
    at = input.lastIndexOf('//', at - 1)
  ) {
    stat = statOf(input.slice(0, at));
  }
  const stats = stat === undefined ? filesIn(input).map(statOf) : [stat];
  return stats.filter((each) => each !== undefined);
}

/** Empty for a name of one file, or that says addresses that cannot be. */
function filesIn(input: string): readonly string[] {
  try {
    return placedNames(input)?.map(({ url }) => url) ?? layerNames(input) ?? [];
  } catch {
    return [];
  }
}

/** Undefined if there is no such file, or if a folder in its path is a file. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
