import { Script } from 'node:vm';
import { type StepGuard, VmcorekitError } from '@vmcorekit/core';

const slot = Symbol.for('@vmcorekit/core guarded step');
const caller = new Script(`globalThis[Symbol.for('@vmcorekit/core guarded step')]()`);

/**
 * A guard that interrupts a hanging step (an endless loop, WebAssembly or regular expression),
 * using the timer thread of `vm`.
 */
export const interruptingGuard: StepGuard = (step, limitInMilliseconds, what) => {
  const globals = globalThis as unknown as Record<symbol, unknown>;
  const before = globals[slot];
  globals[slot] = step;
  try {
    return caller.runInThisContext({ timeout: Math.max(1, Math.ceil(limitInMilliseconds)) });
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
    ) {
      throw new VmcorekitError(
        'timed-out',
        { what, milliseconds: limitInMilliseconds },
        { cause: error },
      );
    }
    throw error;
  } finally {
    globals[slot] = before;
  }
};
