import type { DriveOptions } from '@vmcorekit/engine';
import type { CallName, Calls } from '../protocol/calls.ts';
import { analysisAnswers } from './analysis/answers.ts';
import type { Answers } from './answers.ts';
import { dumpAnswers } from './dump/answers.ts';
import { findAnswers } from './finding/answers.ts';
import { memoryAnswers } from './memory/answers.ts';
import { OpenSession, type SessionOptions } from './open-session.ts';
import { pluginAnswers } from './plugins/answers.ts';
import { scanAnswers } from './scan/answers.ts';
import { writingAnswers } from './writing/answers.ts';

export { failureOf } from './failure.ts';

/** Answers every call of the page about one dump. */
export class Session {
  readonly #answers: Answers<Calls>;

  constructor(options: SessionOptions) {
    const session = new OpenSession(options);
    this.#answers = {
      ...dumpAnswers(session),
      ...analysisAnswers(session),
      ...findAnswers(session),
      ...memoryAnswers(session),
      ...pluginAnswers(session),
      ...writingAnswers(session),
      ...scanAnswers(session),
    };
  }

  /** Throws what the command reports. */
  async answer<Name extends CallName>(
    name: Name,
    given: Calls[Name]['given'],
    work: DriveOptions,
  ): Promise<Calls[Name]['answer']> {
    const answer = this.#answers[name] as (
      given: Calls[Name]['given'],
      work: DriveOptions,
    ) => Calls[Name]['answer'] | Promise<Calls[Name]['answer']>;
    return await answer(given, work);
  }
}
