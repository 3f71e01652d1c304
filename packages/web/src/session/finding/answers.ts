import type { FindCalls } from '../../protocol/find-calls.ts';
import type { Answers } from '../answers.ts';
import { fetched } from '../fetched.ts';
import type { OpenSession } from '../open-session.ts';

/** Answers of searches through memory. */
export function findAnswers(session: OpenSession): Answers<FindCalls> {
  return {
    find: async (given, work) => {
      const { find } = await fetched(import('./find.ts'));
      return await find(session.toolkit, session.dump, await session.kernel(work), given, work);
    },
  };
}
