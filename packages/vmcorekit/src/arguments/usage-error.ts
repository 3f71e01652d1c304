/** The command line is wrong. The message says what is wrong, and what is allowed or meant. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}
