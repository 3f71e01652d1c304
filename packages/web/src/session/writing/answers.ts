import type { WritingCalls } from '../../protocol/writing-calls.ts';
import type { Answers } from '../answers.ts';
import { fetched } from '../fetched.ts';
import type { OpenSession } from '../open-session.ts';

/** Answers of writers, which are loaded when the first one is asked. */
export function writingAnswers(session: OpenSession): Answers<WritingCalls> {
  return {
    writing: async () =>
      (await fetched(import('./choices.ts'))).choicesOf(session.toolkit, session.dump),
    planRepair: async (given, work) =>
      (await fetched(import('./repair.ts'))).plannedRepair(session, given, work),
    convert: async (given, work) =>
      (await fetched(import('./convert.ts'))).convert(session, given, work),
    repair: async (given, work) =>
      (await fetched(import('./repair.ts'))).repair(session, given, work),
  };
}
