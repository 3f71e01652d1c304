import { hex, resolveOptions, VmcorekitError } from '@vmcorekit/core';
import { bytesPattern, type FindPattern, numberPattern, textPattern } from '@vmcorekit/engine';
import { foundJson, foundReport, plainStyle } from '@vmcorekit/report';
import type { Wanted } from 'vmcorekit';
import { answerOf } from '../answers/answer.ts';
import type { Subject } from '../dumps/shelved-dump.ts';
import { inputsOf, optionsOf } from './option-inputs.ts';
import type { Given, MakeAnswer, Tool } from './tool.ts';

const options = {
  text: { type: 'string', summary: 'find this text, as UTF-8', default: null },
  bytes: {
    type: 'string',
    summary: 'find these bytes, two hexadecimal digits each: de ad be ef',
    default: null,
  },
  number: {
    type: 'address',
    summary: 'find this number of 8 bytes, such as a pointer, at multiples of 8',
    default: null,
  },
  ignore_case: {
    type: 'boolean',
    summary: 'ignore the case of A to Z in the text',
    default: false,
  },
  virtual: {
    type: 'boolean',
    summary: "search the kernel's virtual memory instead of physical memory",
    default: false,
  },
  from: { type: 'address', summary: 'begin at this address', default: null },
  to: { type: 'address', summary: 'end before this address', default: null },
  limit: {
    type: 'integer',
    summary: 'find at most this many',
    default: 100,
    minimum: 1,
    maximum: 1000,
  },
  context: {
    type: 'integer',
    summary: 'show this many bytes before and after each',
    default: 16,
    minimum: 0,
    maximum: 256,
  },
} as const;

/** Searches memory. */
export const find: Tool = {
  name: 'find',
  title: 'Search of memory',
  description:
    'Searches memory for a text, bytes or a number, and says what holds each hit: address, symbol. ' +
    'Reads all memory: seconds for a large dump. Give exactly one of text, bytes and number.',
  inputs: inputsOf(options),
  prepare: prepareFind,
};

function prepareFind(given: Given): MakeAnswer {
  const checked = resolveOptions('find', options, optionsOf('find', options, given)) as {
    readonly text: string | null;
    readonly bytes: string | null;
    readonly number: bigint | null;
    readonly ignore_case: boolean;
    readonly virtual: boolean;
    readonly from: bigint | null;
    readonly to: bigint | null;
    readonly limit: number;
    readonly context: number;
  };
  const { from, to, limit, context } = checked;
  const { wanted, about } = wantedOf(checked);
  return async ({ dump }, work) => {
    const { hits, ...matches } = await dump.find(wanted, {
      space: checked.virtual ? 'virtual' : 'physical',
      ...(from === null ? {} : { from }),
      ...(to === null ? {} : { to }),
      limit,
      contextInBytes: context,
      ...work,
    });
    const found = {
      dump,
      wanted: { pattern: patternOf(wanted, dump), text: about },
      isVirtual: checked.virtual,
      matches: { ...matches, addresses: hits.map(({ address }) => address) },
      hits,
      showsBytes: context > 0,
    };
    return answerOf(foundReport(found, plainStyle()), foundJson(found));
  };
}

function wantedOf({
  text,
  bytes,
  number,
  ignore_case: ignoresCase,
}: {
  readonly text: string | null;
  readonly bytes: string | null;
  readonly number: bigint | null;
  readonly ignore_case: boolean;
}): { readonly wanted: Wanted; readonly about: string } {
  const given = [text, bytes, number].filter((each) => each !== null);
  if (given.length !== 1) {
    throw new VmcorekitError('usage', {
      what: 'find',
      got: given.length === 0 ? 'nothing to find' : `${given.length} things to find`,
      allowed: 'exactly one of text, bytes and number',
    });
  }
  if (text !== null) {
    // Refuses an empty text before any dump is opened.
    textPattern(text);
    return { wanted: { text, ignoresCase }, about: `the text '${text}'` };
  }
  return bytes === null
    ? { wanted: { number: number ?? 0n }, about: `the number ${hex(number ?? 0n)}` }
    : { wanted: { bytes: bytesOf(bytes) }, about: 'the bytes' };
}

function patternOf(wanted: Wanted, { image: { byteOrder } }: Subject['dump']): FindPattern {
  if ('text' in wanted) {
    return textPattern(wanted.text, { ignoresCase: wanted.ignoresCase === true });
  }
  return 'bytes' in wanted
    ? bytesPattern(wanted.bytes)
    : numberPattern(BigInt(wanted.number), 8, byteOrder, true);
}

function bytesOf(text: string): Uint8Array {
  const digits = text.replaceAll(/[\s,:]|^0x/gi, '');
  if (!/^([0-9a-f]{2})+$/i.test(digits)) {
    throw new VmcorekitError('usage', {
      what: 'find.bytes',
      got: text,
      allowed: "two hexadecimal digits a byte, like 'de ad be ef'",
    });
  }
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}
