import type { FindCalls } from '../../protocol/find-calls.ts';
import type { Answers } from '../answers.ts';
import type { OpenSession } from '../open-session.ts';
import { find } from './find.ts';

/** Answers of searches through memory. */
export function findAnswers(session: OpenSession): Answers<FindCalls> {
  return {
    find: async (given, work) =>
      find(session.toolkit, session.dump, await session.kernel(work), given, work),
  };
}
