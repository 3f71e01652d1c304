import { describeJson, probeJson } from '@vmcorekit/report';
import type { Configured } from 'vmcorekit/configured';
import type { Answer, Question } from '../children/protocol.ts';
import { analysesJson, analysesOf } from './analyses.ts';
import { findingsOf } from './findings.ts';
import { logTailOf } from './log-tail.ts';
import { sentenceOf } from './sentence.ts';

/** Reads one dump by the site's configuration. Never rejects: what is wrong is an answer. */
export async function analyzeDump(
  configured: Configured,
  { files, analyzers }: Omit<Question, 'number'>,
): Promise<Answer> {
  const started = performance.now();
  const passed = (): number => Math.round(performance.now() - started);
  try {
    using dump = await configured.open(files);
    const { verdict } = await dump.locate();
    const description = await dump.describe();
    const analyses = await analysesOf(dump, verdict.kernel !== null, analyzers);
    const report = {
      schema: 1,
      probe: probeJson(dump, verdict, passed()),
      describe: describeJson({ dump, ...description, provenance: null }),
      analyses: analysesJson(analyses),
      log: verdict.kernel === null ? [] : await logTailOf(dump),
    };
    // Nothing about a file is sure if it refused a read.
    const { sourceFailure: failure } = dump;
    return {
      outcome: failure === null ? 'read' : 'unreadable',
      because: failure === null ? null : failure.message,
      milliseconds: passed(),
      findings: { ...findingsOf(dump, verdict, description.system, analyses), report },
    };
  } catch (error) {
    return {
      outcome: 'unreadable',
      because: sentenceOf(error),
      milliseconds: passed(),
      findings: null,
    };
  }
}
