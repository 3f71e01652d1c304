import { type Analyzer, type OptionSpecs, resolveOptions } from '@vmcorekit/core';
import { answerOfReport } from '../answers/answer.ts';
import { inputsOf, optionsOf } from './option-inputs.ts';
import type { Given, MakeAnswer, Tool } from './tool.ts';

/** A tool that runs one analyzer. Its arguments are the analyzer's options. */
export function analyzerTool(
  analyzer: Analyzer,
  about: Pick<Tool, 'title' | 'description'> & { readonly name?: string },
): Tool {
  const { name = analyzer.name.replaceAll('-', '_') } = about;
  return {
    ...about,
    name,
    inputs: inputsOf(analyzer.options),
    prepare: (given) => prepareAnalyzer(analyzer, given),
  };
}

/** Checks the options of an analyzer. Throws `usage` and `unknown-name`. */
export function prepareAnalyzer(analyzer: Analyzer, given: Given): MakeAnswer {
  const options = optionsOf(analyzer.name, analyzer.options, given);
  resolveOptions(analyzer.name, analyzer.options, options);
  return async ({ dump }, work) =>
    answerOfReport(await dump.analyze<unknown, OptionSpecs>(analyzer, { options, ...work }));
}
