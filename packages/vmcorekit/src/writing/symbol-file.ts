import { setImmediate } from 'node:timers/promises';
import type { Kernel } from '@vmcorekit/core';
import { type SymbolFileReport, symbolFileSteps } from '@vmcorekit/gdb';
import type { Invocation } from '../command.ts';
import { asOutputError } from '../io.ts';
import { FileOutput } from '../library/writing/outputs.ts';
import { ProgressLine } from '../terminal/progress-line.ts';

/** Makes the symbol file of a kernel and writes it. Throws `OutputError`, and `unsupported`. */
export async function writeSymbolFile(
  { io, global }: Pick<Invocation, 'io' | 'global'>,
  kernel: Kernel,
  path: string,
  mayReplace: boolean,
): Promise<SymbolFileReport> {
  const { signal } = io;
  const attempt = <Result>(work: () => Result): Result => asOutputError(work, '--force');
  using output = new FileOutput(path, { mayReplace, signal, attempt });
  using line = new ProgressLine(io, global.quiet);
  const steps = symbolFileSteps(kernel);
  let step = steps.next();
  while (step.done !== true) {
    line.show({ kind: 'progress', doing: step.value, fraction: null }, kernel.dump.files[0] ?? '');
    await setImmediate();
    signal.throwIfAborted();
    step = steps.next();
  }
  output.writeAt(0, step.value.bytes);
  await output.commit();
  return step.value;
}
