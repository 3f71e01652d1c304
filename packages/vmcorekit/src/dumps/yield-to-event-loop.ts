const turnInMilliseconds = 40;
let turnEnds = 0;

/** Lets the event loop run now and then during long synchronous work, so that Ctrl-C and a closed pipe are noticed. */
export async function yieldToEventLoop(signal: AbortSignal): Promise<void> {
  if (performance.now() > turnEnds) {
    await new Promise((resolve) => setImmediate(resolve));
    turnEnds = performance.now() + turnInMilliseconds;
    signal.throwIfAborted();
  }
}
