import { plugin } from '@vmcorekit/analyzers';
import { type DriveOptions, Registry } from '@vmcorekit/engine';
import { analysisJson, type JsonObject, jsonLine } from '@vmcorekit/report';
import type {
  Analysis,
  AnalysisCalls,
  AnalyzeRequest,
  AnalyzerEntry,
} from '../../protocol/analysis-calls.ts';
import type { OpenSession } from '../open-session.ts';
import { analysisOf, analyzersOf } from './analyze.ts';
import { dataKeyOf } from './data-key.ts';
import { exportRows } from './export-rows.ts';
import { type KeptReport, KeptReports } from './kept-reports.ts';

/** Runs analyzers on the open dump: those of vmcorekit, then the user's. */
export class Reports {
  readonly #session: OpenSession;
  readonly #registry: Registry;
  /** A new dump or verdict is a new object, and its reports are its own. */
  readonly #kept: WeakMap<object, KeptReports> = new WeakMap();

  constructor(session: OpenSession) {
    this.#session = session;
    this.#registry = new Registry([plugin, ...session.options.plugins]);
  }

  analyzers(): AnalyzerEntry[] {
    return analyzersOf(this.#registry);
  }

  async analyze(request: AnalyzeRequest, work: DriveOptions): Promise<Analysis> {
    return analysisOf(await this.#of(request, work));
  }

  async json(request: AnalyzeRequest, work: DriveOptions): Promise<JsonObject> {
    const { report } = await this.#of(request, work);
    const verdict = await this.#session.located(work);
    const analysis = { analyzer: request.name, dump: this.#session.dump, verdict, report };
    return analysisJson(analysis, dataKeyOf(request.name));
  }

  async export(
    { form, rows, ...request }: AnalysisCalls['exportAnalysis']['given'],
    work: DriveOptions,
  ): Promise<string> {
    return form === 'json'
      ? jsonLine(await this.json(request, work))
      : exportRows(await this.#of(request, work), form, rows);
  }

  async #of(request: AnalyzeRequest, work: DriveOptions): Promise<KeptReport> {
    const { toolkit, dump } = this.#session;
    const verdict = await this.#session.located(work);
    const reports = this.#kept.get(verdict) ?? new KeptReports();
    this.#kept.set(verdict, reports);
    const { name, options = {} } = request;
    const analyzer = this.#registry.named('analyzers', name);
    return await reports.of(request, () => toolkit.analyze(analyzer, dump, verdict, options, work));
  }
}
