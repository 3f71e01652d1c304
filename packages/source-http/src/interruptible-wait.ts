import { Script } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

const slot = Symbol.for('@vmcorekit/source-http wait');
const caller = new Script(`globalThis[Symbol.for('@vmcorekit/source-http wait')]()`);

/**
 * Does what `Atomics.wait` does, and lets Ctrl-C through: no listener runs while its thread sleeps,
 * so `vm` watches for the signal. The process's own listeners are then called from here. Where they
 * let the process live, the answer is as if something had woken the thread.
 */
export function interruptibleWait(
  counters: Int32Array,
  index: number,
  value: number,
  milliseconds: number,
): 'ok' | 'not-equal' | 'timed-out' {
  const wait = (): 'ok' | 'not-equal' | 'timed-out' =>
    Atomics.wait(counters, index, value, milliseconds);
  // Without a listener the signal ends the process. Other threads get none.
  if (!isMainThread || process.listenerCount('SIGINT') === 0) {
    return wait();
  }
  const globals = globalThis as unknown as Record<symbol, unknown>;
  globals[slot] = wait;
  try {
    return caller.runInThisContext({ breakOnSigint: true });
  } catch (error) {
    if (!isInterruption(error)) {
      throw error;
    }
    process.emit('SIGINT', 'SIGINT');
    return 'ok';
  } finally {
    delete globals[slot];
  }
}

function isInterruption(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED'
  );
}
