/** The part of Node's `Signal` that is used. */
interface SignalHandle {
  onsignal: (number: number) => void;
  start(number: number): number;
  unref(): void;
}

/**
 * Runs in a thread, and calls `onSignal` when the process gets one of these signals. `process.on`
 * hears no signals in a thread, but libuv gives them to each loop that asks (`uv_signal_start`).
 * Node has no public name for that. Where `process.binding` is gone or forbidden, nothing is heard,
 * and signals wait until the main thread wakes.
 */
export function watchSignals(signals: readonly number[], onSignal: (number: number) => void): void {
  if (signals.length === 0) {
    return;
  }
  try {
    const { binding } = process as unknown as {
      readonly binding: (name: string) => { readonly Signal: new () => SignalHandle };
    };
    const { Signal } = binding('signal_wrap');
    for (const number of signals) {
      const handle = new Signal();
      handle.unref();
      handle.onsignal = onSignal;
      handle.start(number);
    }
  } catch {
    // As the comment above says.
  }
}
