import { resolveOptions } from '@vmcorekit/core';
import { conditionsJson, dumpJson, plainStyle, probeReport, verdictJson } from '@vmcorekit/report';
import { answerOf } from '../answers/answer.ts';
import { inputsOf, optionsOf } from './option-inputs.ts';
import type { Tool } from './tool.ts';

const options = {
  verbose: { type: 'boolean', summary: 'show all evidence, reasons and remarks', default: false },
} as const;

/** The verdict on a dump, with its evidence. */
export const probe: Tool = {
  name: 'probe',
  title: 'Verdict on the dump',
  description:
    'What the file is, who wrote it, whether a kernel was found in it, how sure that is, and on ' +
    'what evidence. Call it first: other tools need a kernel that is certain or probable.',
  inputs: inputsOf(options),
  prepare(given) {
    const { verbose } = resolveOptions('probe', options, optionsOf('probe', options, given));
    return async ({ dump, found: { verdict } }) => {
      const text = probeReport(dump, verdict, plainStyle(), {
        milliseconds: 0,
        verbose: verbose === true,
        ruleLines: [],
        vmlinuxOf: () => undefined,
        here: { areFiles: true, host: null },
      });
      return answerOf(text, {
        ...dumpJson(dump),
        ...verdictJson(verdict),
        conditions: conditionsJson(dump.damage),
      });
    };
  },
};
