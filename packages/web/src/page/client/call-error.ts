import type { Failure } from '../../protocol/messages.ts';

/** What the worker reported in place of an answer: the command's own code and sentence. */
export class CallError extends Error {
  override readonly name: string = 'CallError';
  readonly code: string;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor({ code, message, facts }: Failure) {
    super(message);
    this.code = code;
    this.facts = facts;
  }
}

/** The failure of a call that its caller ended. */
export const cancelled: Failure = { code: 'cancelled', message: 'cancelled', facts: {} };
