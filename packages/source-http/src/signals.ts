import { constants } from 'node:os';

/** By number, what to do when one comes while the main thread sleeps. */
const listeners: Map<number, () => void> = new Map();

/**
 * Sets what happens when a signal comes while a read waits for a server, and no listener of the
 * process can run. For a program that lets the signal end it, and before it opens an address: its
 * own listener gets the signal too, if it lives on. Ctrl-C needs none of this.
 */
export function onSignalWhileReading(signal: 'SIGTERM' | 'SIGHUP', listener: () => void): void {
  listeners.set(constants.signals[signal], listener);
}

/** The numbers of the signals that the thread which fetches must watch for the main thread. */
export function watchedSignals(): readonly number[] {
  return [...listeners.keys()];
}

export function hearSignal(number: number): void {
  listeners.get(number)?.();
}
