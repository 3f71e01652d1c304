import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { type Outcome, run } from './run.ts';

/** The command, as Node runs it. */
export const bin: string = fileURLToPath(
  new URL('../../packages/vmcorekit/bin/vmcorekit.cjs', import.meta.url),
);

export function vmcorekit(...args: readonly string[]): Outcome {
  return run(process.execPath, [bin, ...args]);
}

/** Runs a command that must succeed, and returns its JSON answer. */
export function answerOf(...args: readonly string[]): unknown {
  const { status, output } = vmcorekit(...args, '--json');
  expect(status, output).to.equal(0);
  return JSON.parse(output);
}
