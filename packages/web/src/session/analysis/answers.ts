import type { AnalysisCalls } from '../../protocol/analysis-calls.ts';
import type { Answers } from '../answers.ts';
import { fetched } from '../fetched.ts';
import type { OpenSession } from '../open-session.ts';
import type { Reports } from './reports.ts';

/** Answers of analyzers, which are fetched when the first is asked for. */
export function analysisAnswers(session: OpenSession): Answers<AnalysisCalls> {
  let made: Reports | undefined;
  const reports = async (): Promise<Reports> => {
    const part = await fetched(import('./reports.ts'));
    made ??= new part.Reports(session);
    return made;
  };
  return {
    analyzers: async () => (await reports()).analyzers(),
    analyze: async (given, work) => (await reports()).analyze(given, work),
    analysisJson: async (given, work) => (await reports()).json(given, work),
    exportAnalysis: async (given, work) => (await reports()).export(given, work),
  };
}
