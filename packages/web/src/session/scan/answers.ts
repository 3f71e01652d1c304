import type { ScanCalls } from '../../protocol/scan-calls.ts';
import type { Answers } from '../answers.ts';
import type { OpenSession } from '../open-session.ts';
import { verify } from './verify.ts';

/** Answers that read all of the dump. */
export function scanAnswers(session: OpenSession): Answers<ScanCalls> {
  return {
    verify: (_given, work) => verify(session.toolkit, session.dump, work),
  };
}
