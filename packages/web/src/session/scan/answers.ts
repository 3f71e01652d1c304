import type { ScanCalls } from '../../protocol/scan-calls.ts';
import type { Answers } from '../answers.ts';
import { fetched } from '../fetched.ts';
import type { OpenSession } from '../open-session.ts';

/** Answers that read all of the dump. */
export function scanAnswers(session: OpenSession): Answers<ScanCalls> {
  return {
    verify: async (_given, work) =>
      (await fetched(import('./verify.ts'))).verify(session.toolkit, session.dump, work),
  };
}
