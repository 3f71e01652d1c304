/** Waits; ends early on the signal, and when `woken` resolves. */
export async function sleep(
  milliseconds: number,
  signal: AbortSignal,
  woken?: Promise<void>,
): Promise<void> {
  if (signal.aborted) {
    return;
  }
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end, { once: true });
    void woken?.then(end);
  });
}
