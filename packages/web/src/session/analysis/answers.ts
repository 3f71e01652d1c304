import type { AnalysisCalls } from '../../protocol/analysis-calls.ts';
import type { Answers } from '../answers.ts';
import type { OpenSession } from '../open-session.ts';
import { analyze, analyzersOf } from './analyze.ts';

/** Answers of analyzers. */
export function analysisAnswers(session: OpenSession): Answers<AnalysisCalls> {
  return {
    analyzers: () => analyzersOf(session.toolkit),
    analyze: async (given, work) =>
      analyze(session.toolkit, session.dump, await session.located(work), given, work),
  };
}
