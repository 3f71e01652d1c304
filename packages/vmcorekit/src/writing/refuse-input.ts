import { statSync } from 'node:fs';
import { UsageError } from '../arguments/usage-error.ts';
import { standardStream } from '../dumps/open-input.ts';

/** Throws `UsageError` where an output is one of the inputs, by whatever name: no input is ever changed. */
export function refuseInput(inputs: readonly string[], outputs: readonly string[]): void {
  for (const output of outputs.filter((path) => path !== standardStream)) {
    const target = statSync(output, { throwIfNoEntry: false });
    for (const input of inputs.filter((path) => path !== standardStream)) {
      const source = statSync(input, { throwIfNoEntry: false });
      if (source !== undefined && target !== undefined && source.ino === target.ino && source.dev === target.dev) {
        throw new UsageError(`${output} is the input itself, which is never changed`);
      }
    }
  }
}
