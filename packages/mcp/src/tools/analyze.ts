import { VmcorekitError } from '@vmcorekit/core';
import type { Toolkit } from '@vmcorekit/engine';
import { prepareAnalyzer } from './analyzer-tool.ts';
import { namedAnalyzers } from './kernel-tools.ts';
import { inputsOf } from './option-inputs.ts';
import type { Given, Tool } from './tool.ts';

/** Runs any analyzer, also a plug-in's. Its options are checked by the analyzer's own specs. */
export function analyzeTool({ registry }: Pick<Toolkit, 'registry'>): Tool {
  const others = registry.all('analyzers').filter(({ name }) => !namedAnalyzers.has(name));
  return {
    name: 'analyze',
    title: 'Other analyses',
    description: [
      'Runs one of the other analyzers, also those of plug-ins:',
      ...others.map(({ name, summary }) => `${name}: ${summary}`),
    ].join('\n'),
    inputs: {
      properties: {
        analyzer: {
          type: 'string',
          description: 'which one',
          enum: others.map(({ name }) => name),
        },
        options: {
          type: 'object',
          description: 'the options of that analyzer',
          anyOf: others.map(({ name, options }) => ({
            title: name,
            properties: inputsOf(options).properties,
            required: [...inputsOf(options).required],
            additionalProperties: false,
          })),
        },
      },
      required: ['analyzer'],
    },
    prepare({ analyzer: name, options = {}, ...unknown }) {
      const [surplus] = Object.keys(unknown);
      if (surplus !== undefined) {
        const known = ['analyzer', 'options'];
        throw new VmcorekitError('unknown-name', {
          kind: 'option of analyze',
          name: surplus,
          known,
        });
      }
      if (typeof name !== 'string') {
        const allowed = others.map((each) => each.name).join(', ');
        throw new VmcorekitError('usage', { what: 'analyzer', got: String(name), allowed });
      }
      return prepareAnalyzer(registry.named('analyzers', name), objectOf(options));
    },
  };
}

function objectOf(options: unknown): Given {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const got = JSON.stringify(options);
    throw new VmcorekitError('usage', { what: 'options', got, allowed: 'an object' });
  }
  return { ...options };
}
