import { type Stats, statSync } from 'node:fs';

/** The first output that is one of the inputs, by any name; undefined if none is. */
export function inputAmong(
  inputs: readonly string[],
  outputs: readonly string[],
): string | undefined {
  const sources = inputs.map(statOfInput);
  return outputs.find((output) => {
    const target = statOf(output);
    return (
      target !== undefined &&
      sources.some((source) => source?.ino === target.ino && source.dev === target.dev)
    );
  });
}

/** The identity of the file, or of the container in `FILE//ENTRY`. */
function statOfInput(input: string): Stats | undefined {
  let stat = statOf(input);
  for (
    let at = input.lastIndexOf('//');
    stat === undefined && at > 0;
    at = input.lastIndexOf('//', at - 1)
  ) {
    stat = statOf(input.slice(0, at));
  }
  return stat;
}

/** Undefined if there is no such file, or if a folder in its path is a file. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
