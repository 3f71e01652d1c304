import { type Stats, statSync } from 'node:fs';
import { UsageError } from '../arguments/usage-error.ts';
import { standardStream } from '../dumps/open-input.ts';

/** Throws `UsageError` where an output is one of the inputs, by whatever name: no input is ever changed. */
export function refuseInput(inputs: readonly string[], outputs: readonly string[]): void {
  for (const output of outputs.filter((path) => path !== standardStream)) {
    const target = statOf(output);
    for (const source of inputs.filter((path) => path !== standardStream).map(statOfInput)) {
      if (source !== undefined && target !== undefined && source.ino === target.ino && source.dev === target.dev) {
        throw new UsageError(`${output} is the input itself, which is never changed`);
      }
    }
  }
}

/** Of the file itself, or of the container in `FILE//ENTRY`. */
function statOfInput(input: string): Stats | undefined {
  let stat = statOf(input);
  for (let at = input.lastIndexOf('//'); stat === undefined && at > 0; at = input.lastIndexOf('//', at - 1)) {
    stat = statOf(input.slice(0, at));
  }
  return stat;
}

/** Undefined where there is no such file, or something that is no folder is named as one. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
