import { UsageError } from '../arguments/usage-error.ts';
import { standardStream } from '../dumps/open-input.ts';
import { inputAmong } from '../library/writing/same-file.ts';

/**
 * Throws `UsageError` if an output is one of the inputs, by any name, because no input is ever
 * changed.
 */
export function refuseInput(inputs: readonly string[], outputs: readonly string[]): void {
  const isFile = (path: string): boolean => path !== standardStream;
  const output = inputAmong(inputs.filter(isFile), outputs.filter(isFile));
  if (output !== undefined) {
    throw new UsageError(`${output} is one of the inputs, and inputs are never changed`);
  }
}
