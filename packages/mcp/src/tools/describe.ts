import { resolveOptions } from '@vmcorekit/core';
import { describeJson, describeReport, plainStyle } from '@vmcorekit/report';
import { answerOf } from '../answers/answer.ts';
import { inputsOf, optionsOf } from './option-inputs.ts';
import type { Tool } from './tool.ts';

const options = {
  verbose: { type: 'boolean', summary: 'say why each field is not proved', default: false },
} as const;

/** What the kernel says of its machine. */
export const describe: Tool = {
  name: 'describe',
  title: 'Machine of the dump',
  description:
    'The machine and its state: release, CPUs, memory, uptime, load, tasks, panic, command line; ' +
    'each fact with its source.',
  inputs: inputsOf(options),
  prepare(given) {
    const { verbose } = resolveOptions('describe', options, optionsOf('describe', options, given));
    return async ({ dump }, work) => {
      const described = { dump, ...(await dump.describe(work)) };
      const context = { verbose: verbose === true, ruleLines: [] };
      return answerOf(describeReport(described, plainStyle(), context), describeJson(described));
    };
  },
};
