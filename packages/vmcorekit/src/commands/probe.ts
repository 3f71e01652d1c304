import { type Dump, VmcorekitError } from '@vmcorekit/core';
import type { SearchOptions } from '@vmcorekit/engine';
import {
  conditionsJson,
  dumpJson,
  type JsonObject,
  type ProbeReportContext,
  probeReport,
  verdictJson,
} from '@vmcorekit/report';
import { flag } from '../arguments/option-spec.ts';
import { type Command, defineCommand, type Invocation } from '../command.ts';
import { ruleLines } from '../config-reports/rule-lines.ts';
import { appliedRulesJson } from '../config-reports/rules-json.ts';
import { type DumpFiles, dumpsOf } from '../dumps/dumps-of.ts';
import { here } from '../dumps/here.ts';
import { locateByRules, type RuledVerdict, wrongSymbols } from '../dumps/locate-by-rules.ts';
import { locateOptionsOf, locateOptionTable } from '../dumps/locate-options.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { write } from '../io.ts';
import { answerText } from '../terminal/answer.ts';
import { reportError } from '../terminal/report-error.ts';

export const probe: Command = defineCommand({
  operands: [{ name: 'DUMP', isRepeatable: true, completes: 'file' }],
  options: {
    ...locateOptionTable,
    verbose: flag('show all reasons, and each heuristic that was not run', 'v'),
  },
  details: [
    'Says where the kernel lies in each dump, how sure that is, on what evidence, who captured the memory and who wrote the file, and ' +
      'the command to go on with. What is not proved is not said. The parts of a split dump are joined, in any order.',
  ],
  examples: [
    'vmcore',
    '--json dump.1 dump.2',
    '--all --symbols System.map vmcore',
    '--only step-scan --option step-scan.to=32MiB vmcore',
  ],
  async run(invocation) {
    const { toolkit, options, operands } = invocation;
    const search = locateOptionsOf(toolkit, options);
    const pathOfBuild = new Map(
      search.symbolFiles?.map(({ buildId }, index) => [buildId, options.symbols[index]]),
    );
    const plan: Plan = {
      search,
      verbose: options.verbose || options.all,
      vmlinuxOf: ({ buildId }) => (buildId === null ? undefined : pathOfBuild.get(buildId)),
    };
    let worst: ExitStatus = exitStatus.answered;
    let isFirst = true;
    for await (const dumpFiles of dumpsOf(invocation, operands)) {
      if (!isFirst && !invocation.global.json) {
        await write(invocation.io.stdout, '\n');
      }
      isFirst = false;
      const status = await probeOne(invocation, plan, dumpFiles);
      worst = status > worst ? status : worst;
    }
    return worst;
  },
});

/** What is the same for all dumps of one command line. */
interface Plan extends Pick<ProbeReportContext, 'verbose' | 'vmlinuxOf'> {
  readonly search: SearchOptions;
}

interface Answer {
  readonly text: string;
  readonly status: ExitStatus;
  /**
   * For stderr: what kept the dump from being read, or why the symbol files given are of no kernel
   * in it.
   */
  readonly failure: VmcorekitError | null;
}

/** Probes one dump. What is wrong with it is told, and the others go on. */
async function probeOne(
  invocation: Invocation,
  plan: Plan,
  dumpFiles: DumpFiles,
): Promise<ExitStatus> {
  const { io, global } = invocation;
  io.signal.throwIfAborted();
  let answer: Answer;
  try {
    answer = await answerFor(invocation, plan, dumpFiles);
  } catch (error) {
    if (io.signal.aborted) {
      throw error;
    }
    return reportError(io, error, {
      json: global.json,
      debug: global.debug,
      files: dumpFiles.files,
    });
  }
  await write(io.stdout, answer.text);
  if (answer.failure === null) {
    return answer.status;
  }
  // The answer stands all the same; with --json it says so itself.
  return reportError(io, answer.failure, {
    json: false,
    debug: global.debug,
    files: dumpFiles.files,
  });
}

async function answerFor(
  invocation: Invocation,
  plan: Plan,
  dumpFiles: DumpFiles,
): Promise<Answer> {
  if ('error' in dumpFiles) {
    throw dumpFiles.error;
  }
  const started = performance.now();
  using dump = await dumpFiles.open();
  const ruled = await locateByRules(invocation, dump, plan.search);
  const { verdict } = ruled;
  const milliseconds = Math.round(performance.now() - started);
  const wrong = wrongSymbols(verdict, plan.search);
  return {
    text: answerText(
      invocation,
      () => probeJson(dump, ruled, milliseconds),
      (style) =>
        probeReport(dump, verdict, style, {
          ...plan,
          milliseconds,
          ruleLines: ruleLines(ruled, style),
          here: here(dump),
        }),
    ),
    status: verdict.kernel === null ? exitStatus.unanswered : exitStatus.answered,
    failure:
      dump.sourceFailure ??
      (wrong === undefined ? null : new VmcorekitError('wrong-symbols', wrong)),
  };
}

function probeJson(
  dump: Dump,
  { verdict, effective, unusedSymbols }: RuledVerdict,
  milliseconds: number,
): JsonObject {
  const { bytesRead, pagesRead } = dump.statistics;
  return {
    ...dumpJson(dump),
    ...verdictJson(verdict),
    conditions: conditionsJson(dump.damage),
    ...(effective === null ? {} : { rules: appliedRulesJson(effective), unusedSymbols }),
    statistics: { bytesRead, pagesRead, milliseconds },
  };
}
