import {
  type Analyzer,
  type CellValue,
  type DeclaredType,
  defineAnalyzer,
  hex,
  isVmcorekitError,
  type Kernel,
  printable,
  type ReportColumn,
  reportRows,
  reportTable,
  targetOf,
} from '@vmcorekit/core';
import {
  type AddressAnswer,
  evaluateExpression,
  perCpuPlaceAnswer,
  type Value,
  whatIs,
} from '@vmcorekit/linux';
import { kernelAnswer } from '../kernel-answer.ts';
import { placeByOffset } from './address-of.ts';
import { definitionLines } from './struct-members.ts';

/** One answer: its kind, facts by name, and what proves it. */
export interface WhatisAnswer {
  readonly kind: string;
  readonly how: string;
  readonly [fact: string]: CellValue;
}

/** The `data` of the `whatis` analyzer. */
export interface WhatisReport {
  /** Hexadecimal; null for a type, and for a value that does not lie in memory. */
  readonly address: string | null;
  /** The nearest first. */
  readonly answers: readonly WhatisAnswer[];
}

const options = {
  what: { type: 'string', summary: 'an address, or a name or expression', default: '' },
} as const;

const columns: readonly ReportColumn<AddressAnswer>[] = [
  { key: 'kind', title: 'kind', value: ({ kind }) => kind },
  {
    key: 'text',
    title: 'what',
    kind: 'prose',
    value: ({ text }) => text,
    text: ({ text }) => printable(text),
  },
  {
    key: 'how',
    title: 'how',
    kind: 'prose',
    value: ({ how }) => how,
    text: ({ how }) => printable(how),
  },
];

/** What lies at an address, or the type of a name. Null where nothing is known. */
export const whatis: Analyzer<WhatisReport | null, typeof options> = defineAnalyzer({
  name: 'whatis',
  summary: 'what lies at an address, or the type of a name',
  options,
  run: (context, { what }) =>
    kernelAnswer<WhatisReport | null>(
      context,
      { head: `no answer to ${what}`, rows: reportRows(columns, []) },
      function* (kernel) {
        const found = valueOrType(kernel, what);
        const isAddress = !('text' in found) && found.kind === 'number';
        const address = isAddress
          ? BigInt.asUintN(kernel.memory.wordSizeInBits, found.value)
          : null;
        const answers =
          address === null
            ? [typeAnswer(kernel, what, found)]
            : [...placeAnswers(kernel, found, address), ...(yield* whatIs(kernel, address))];
        const { remarks } = kernel.types;
        const rows = reportRows(columns, answers);
        if (answers.length === 0) {
          const text = `nothing that is known lies at ${hex(address ?? 0n)}`;
          return { text: [text], data: null, rows, remarks };
        }
        return {
          text:
            address === null
              ? (answers[0]?.text.split('\n') ?? [])
              : [`${hex(address)} is:`, reportTable(columns, answers)],
          data: {
            address:
              address === null
                ? 'text' in found || found.kind === 'number'
                  ? null
                  : hex(found.object.address)
                : hex(address),
            answers: answers.map(({ kind, how, facts }) => ({ kind, ...facts, how })),
          },
          rows,
          remarks,
        };
      },
    ),
});

/** A number is no such place: up to Linux 6.14 these addresses are small. */
function placeAnswers(
  kernel: Kernel,
  found: Value | DeclaredType,
  address: bigint,
): AddressAnswer[] {
  const isPointer =
    'kind' in found && found.kind === 'number' && found.type.type?.kind === 'pointer';
  const answer = isPointer ? perCpuPlaceAnswer(kernel, address) : undefined;
  return answer === undefined ? [] : [answer];
}

const plainName = /^\s*[A-Za-z_]\w*\s*$/;

/** An expression's value; else a type. Throws as the expression does where it is none. */
function valueOrType(kernel: Kernel, what: string): Value | DeclaredType {
  try {
    const meant = placeByOffset(kernel, what);
    return evaluateExpression(kernel, meant === undefined ? what : hex(meant));
  } catch (error) {
    if (!isVmcorekitError(error, 'usage')) {
      throw error;
    }
    const { types, memory } = kernel;
    const place = plainName.test(what) ? typeOfPlace(kernel, what) : undefined;
    if (place !== undefined) {
      return targetOf(place, memory.wordSizeInBits / 8);
    }
    const type =
      types.type?.(what) ?? types.type?.(`struct ${what}`) ?? types.type?.(`union ${what}`);
    if (type === undefined) {
      throw error;
    }
    return type;
  }
}

/** The pointer to what a symbol names, which each CPU may have for itself; undefined if unknown. */
function typeOfPlace(kernel: Kernel, name: string): DeclaredType | undefined {
  if (kernel.symbols.find(name.trim()) === undefined) {
    return undefined;
  }
  const place = evaluateExpression(kernel, `&${name}`);
  return place.kind === 'number' && place.type.text !== 'void *' ? place.type : undefined;
}

function typeAnswer(kernel: Kernel, what: string, found: Value | DeclaredType): AddressAnswer {
  if ('text' in found) {
    const { type, text, sizeInBytes } = found;
    if (plainName.test(what) && kernel.symbols.find(what.trim()) !== undefined) {
      return {
        kind: 'value',
        text: `${printable(found.declare(what.trim()))}; /* one for each CPU */`,
        how: `the kernel's types (${kernel.types.from})`,
        facts: { type: text, size: sizeInBytes },
      };
    }
    return {
      kind: 'type',
      text:
        type?.kind === 'struct' || type?.kind === 'union'
          ? definitionLines(type.struct).join('\n')
          : type?.kind === 'enumeration'
            ? enumerationLines(kernel, found).join('\n')
            : plainText(found),
      how: `the kernel's types (${kernel.types.from})`,
      facts: { type: text, size: sizeInBytes },
    };
  }
  const type = found.kind === 'object' ? found.object.type : found.type;
  return {
    kind: 'value',
    text: `${printable(type.declare(what.trim()))};`,
    how: `the kernel's types (${kernel.types.from})`,
    facts: { type: type.text, size: type.sizeInBytes },
  };
}

function plainText({ type, text, sizeInBytes }: DeclaredType): string {
  const sign =
    type?.kind !== 'integer' ? '' : type.isSigned ? ', a signed integer' : ', an unsigned integer';
  return `${printable(text)} (${sizeInBytes ?? '?'} bytes${sign})`;
}

/** As C defines it, with the value of each name. */
function enumerationLines(kernel: Kernel, declared: DeclaredType): string[] {
  const values = kernel.types.enumeration(declared.text.replace(/^enum /, ''));
  return values === undefined
    ? [plainText(declared)]
    : [
        `${printable(declared.text)} {`,
        ...Array.from(values, ([name, value]) => `    ${printable(name)} = ${value},`),
        '};',
        `/* size: ${declared.sizeInBytes ?? 'not known'} */`,
      ];
}
