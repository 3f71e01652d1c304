import { statSync } from 'node:fs';
import { UsageError } from '../arguments/usage-error.ts';

/** Throws `UsageError` where the output is one of the inputs, by whatever name: no input is ever changed. */
export function refuseInput(inputs: readonly string[], output: string): void {
  const target = statSync(output, { throwIfNoEntry: false });
  for (const input of inputs) {
    const source = statSync(input, { throwIfNoEntry: false });
    if (source !== undefined && target !== undefined && source.ino === target.ino && source.dev === target.dev) {
      throw new UsageError(`${output} is the input itself, which is never changed`);
    }
  }
}
