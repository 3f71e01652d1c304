/** A line cannot be run. The message says what is wrong with it, and what to write. */
export class LineError extends Error {
  override readonly name: string = 'LineError';
}
