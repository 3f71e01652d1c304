import type { SessionHost } from '../session-host.ts';

/**
 * Reports the first error that no call waits for, as one in a timer of a plug-in. The page then
 * goes on without the plug-in; unreported, the error would look like a worker that died.
 *
 * @param files the plug-ins' files by the address of their module
 */
export function reportStrays(
  files: ReadonlyMap<string, string>,
  stray: SessionHost['stray'],
  scope: EventTarget = globalThis,
): void {
  const report = (event: Event): void => {
    event.preventDefault();
    scope.removeEventListener('error', report, true);
    const { filename, message } = event as ErrorEvent;
    const because = `threw an error outside of its steps: ${message.replace(/^Uncaught /, '')}`;
    stray({ file: files.get(filename) ?? null, because });
  };
  // Capturing, and before any of a plug-in: none stops it.
  scope.addEventListener('error', report, true);
}
