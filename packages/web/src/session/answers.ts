import type { DriveOptions } from '@vmcorekit/engine';

/** One function for each call of a topic, as an interface of the protocol names them. */
export type Answers<Calls> = {
  readonly [Name in keyof Calls]: Calls[Name] extends { given: infer Given; answer: infer Answer }
    ? (given: Given, work: DriveOptions) => Answer | Promise<Answer>
    : never;
};
