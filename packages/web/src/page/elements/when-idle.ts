/** A page that is never idle does not wait longer. */
const timeout = 1000;

/** Does what can wait once the browser has nothing to draw, or soon where it does not say so. */
export function whenIdle(act: () => void): void {
  // Not every Safari has it.
  if ('requestIdleCallback' in window) {
    window.requestIdleCallback(act, { timeout });
  } else {
    globalThis.setTimeout(act, 200);
  }
}
