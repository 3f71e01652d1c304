/** The command line itself is wrong. The message says what, and what is allowed or likely meant. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}
