import { analysisJson, type JsonObject, jsonLine } from '@vmcorekit/report';
import type { AnalysisCalls, AnalyzeRequest } from '../../protocol/analysis-calls.ts';
import type { Answers } from '../answers.ts';
import type { OpenSession } from '../open-session.ts';
import { analysisOf, analyzersOf } from './analyze.ts';
import { dataKeyOf } from './data-key.ts';
import { exportRows } from './export-rows.ts';
import { type KeptReport, KeptReports } from './kept-reports.ts';

type Work = Parameters<OpenSession['located']>[0];

/** Answers of analyzers. */
export function analysisAnswers(session: OpenSession): Answers<AnalysisCalls> {
  // A new dump or verdict is a new object, and its reports are its own.
  const kept = new WeakMap<object, KeptReports>();
  const reportOf = async (request: AnalyzeRequest, work: Work): Promise<KeptReport> => {
    const { toolkit, dump } = session;
    const verdict = await session.located(work);
    const reports = kept.get(verdict) ?? new KeptReports();
    kept.set(verdict, reports);
    const { name, options = {} } = request;
    return await reports.of(request, () => toolkit.analyze(name, dump, verdict, options, work));
  };
  const jsonOf = async (request: AnalyzeRequest, work: Work): Promise<JsonObject> => {
    const { report } = await reportOf(request, work);
    const verdict = await session.located(work);
    const analysis = { analyzer: request.name, dump: session.dump, verdict, report };
    return analysisJson(analysis, dataKeyOf(request.name));
  };
  return {
    analyzers: () => analyzersOf(session.toolkit),
    analyze: async (given, work) => analysisOf(await reportOf(given, work)),
    analysisJson: jsonOf,
    exportAnalysis: async ({ form, rows, ...request }, work) =>
      form === 'json'
        ? jsonLine(await jsonOf(request, work))
        : exportRows(await reportOf(request, work), form, rows),
  };
}
