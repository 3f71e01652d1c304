import {
  type Analyzer,
  type Dump,
  isReportText,
  type Kernel,
  type OptionSpecs,
  type Options,
  type OptionValue,
  type Progress,
  type Report,
  resolveOptions,
} from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { check, mayRefuse, shown } from './check.ts';
import { checkName, checkOptions } from './declaration.ts';
import { noisy, unreadable } from './hostile-dump.ts';
import { runnerOf, type TestRunner } from './runner.ts';
import { checkSteps, stepLimit, stopEarly } from './steps.ts';

/** What a case is run on; `kernel` is null where it is left out. */
export interface AnalyzedDump {
  readonly dump: Dump;
  readonly kernel?: Kernel;
}

/** A dump to try an analyzer on, and its answer there. */
export interface AnalyzerCase<Data> {
  readonly title: string;
  /** Opens it, or builds it (`memoryDump`, `testKernel`). Called for every test. */
  open(): AnalyzedDump | Promise<AnalyzedDump>;
  readonly options?: Readonly<Record<string, OptionValue>>;
  /** The `data` that the analyzer returns. */
  readonly answers: Data;
}

export interface AnalyzerSuite<Data> {
  readonly cases: readonly AnalyzerCase<Data>[];
  /** Default: the global `describe` and `it`. */
  readonly runner?: TestRunner;
  /** The longest time for a step on a test machine; default 1000 ms. */
  readonly stepLimitInMilliseconds?: number;
}

/** Tests that an analyzer keeps the contract in docs/writing-a-plugin.md. */
export function describeAnalyzer<Data, Specs extends OptionSpecs>(
  analyzer: Analyzer<Data, Specs>,
  suite: AnalyzerSuite<NoInfer<Data>>,
): void {
  const { describe, it } = runnerOf(suite.runner);
  describe(`analyzer ${analyzer.name}: the contract`, () => {
    it('declares itself: a name in kebab-case and what it does', () => checkName(analyzer));

    it('has options whose defaults are allowed by their own specs', () => checkOptions(analyzer));

    for (const one of suite.cases) {
      describe(one.title, () => casesOf(analyzer, suite, one, it));
    }
  });
}

function casesOf<Data, Specs extends OptionSpecs>(
  analyzer: Analyzer<Data, Specs>,
  suite: AnalyzerSuite<Data>,
  one: AnalyzerCase<Data>,
  it: TestRunner['it'],
): void {
  const options = () =>
    resolveOptions(analyzer.name, analyzer.options, one.options ?? {}) as Options<Specs>;
  /** Runs `use` on a way to begin the analyzer on the case's dump, changed by `change`. */
  const withRuns = async (
    use: (begin: () => Generator<Progress, Report<Data>, void>) => void,
    change?: (dump: Dump) => Dump,
  ): Promise<void> => {
    const opened = await one.open();
    using dump = opened.dump;
    const changed = change?.(dump) ?? dump;
    const kernel = change === undefined ? (opened.kernel ?? null) : null;
    const none = await createToolkit([]).locate(changed);
    const verdict = kernel === null ? none : { ...none, kernel: kernel.located };
    use(() => analyzer.run({ dump: changed, verdict, kernel }, options()));
  };

  it('answers as expected', () =>
    withRuns((begin) => {
      const { data } = reportOf(begin());
      check(shown(data) === shown(one.answers), `wanted ${shown(one.answers)}, got ${shown(data)}`);
    }));

  it('returns lines for people, and data that JSON can hold', () =>
    withRuns((begin) => {
      const report: unknown = reportOf(begin());
      check(
        typeof report === 'object' && report !== null && 'text' in report && 'data' in report,
        `returned ${shown(report)}, which is no { text, data }`,
      );
      const { text, data } = report;
      check(isReportText(text), `its text is ${shown(text)}, which is no list of lines and tables`);
      check(shown(data) !== undefined, 'its data has no form in JSON: use null for no answer');
    }));

  it('answers the same again, and keeps nothing from a run that was stopped', () =>
    withRuns((begin) => {
      const first = shown(reportOf(begin()).data);
      stopEarly(begin);
      const second = shown(reportOf(begin()).data);
      check(first === second, `first ${first}, then ${second}`);
    }));

  it('stops for its caller often', () =>
    withRuns((begin) => checkSteps(begin(), suite.stepLimitInMilliseconds)));

  for (const [title, spoil] of [
    ['ends without a kernel on memory that cannot be read', unreadable],
    ['ends without a kernel on memory full of noise', noisy],
  ] as const) {
    it(`${title}, and fails with no error of its own making`, async () => {
      await mayRefuse(() => withRuns((begin) => void reportOf(begin()), spoil), title);
    });
  }
}

/** Runs to the end. Each step must be progress. */
function reportOf<Data>(work: Generator<Progress, Report<Data>, void>): Report<Data> {
  for (let steps = 0; ; steps++) {
    check(steps < stepLimit, `is not over after ${stepLimit} steps`);
    const step = work.next();
    if (step.done === true) {
      return step.value;
    }
    check(step.value?.kind === 'progress', `yielded ${shown(step.value)}, which is no progress`);
  }
}
