import { type Analyzer, defineAnalyzer, hex, printable } from '@vmcorekit/core';
import { evaluateExpression } from '@vmcorekit/linux';
import { kernelAnswer } from '../kernel-answer.ts';
import { valueJson } from './value-json.ts';
import { valueLines } from './value-text.ts';

/** The `data` of the `print` analyzer. */
export interface PrintReport {
  readonly expression: string;
  /** As C writes it. */
  readonly type: string;
  /** Structures are objects, arrays lists; null for what cannot be read. */
  readonly value: unknown;
  /** Hexadecimal; null for a value that does not lie in memory. */
  readonly address: string | null;
}

const options = {
  expression: { type: 'string', summary: 'an expression of C', default: '' },
  hex: { type: 'boolean', summary: 'write integers in hexadecimal', default: false },
} as const;

/** The value of an expression of C over the kernel's variables. Null where it cannot be read. */
export const print: Analyzer<PrintReport | null, typeof options> = defineAnalyzer({
  name: 'print',
  summary: 'the value of an expression of C, such as init_task.comm',
  options,
  run: (context, { expression, hex: isHex }) =>
    // biome-ignore lint/correctness/useYield: an expression reads a few pages
    kernelAnswer(context, { head: `no answer to ${expression}` }, function* (kernel) {
      const value = evaluateExpression(kernel, expression);
      const lines = valueLines(value, { symbols: kernel.symbols, isHex });
      const [first = '', ...others] = lines;
      return {
        text: [`${printable(expression.trim())} = ${first}`, ...others],
        data: {
          expression,
          type: value.kind === 'object' ? value.object.type.text : value.type.text,
          value: valueJson(value),
          address: value.kind === 'object' ? hex(value.object.address) : null,
        },
        remarks: kernel.types.remarks,
      };
    }),
});
