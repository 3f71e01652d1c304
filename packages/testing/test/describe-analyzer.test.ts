import type { Analyzer, Architecture } from '@vmcorekit/core';
import { describeAnalyzer, memoryDump, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { Rehearsal } from './rehearsal.ts';

const architecture: Architecture = {
  name: 'x86_64',
  machines: { elf: [], utsname: [] },
  wordSizeInBits: 64,
  pageSizesInBytes: [4096],
};

const good: Analyzer = {
  name: 'first-word',
  summary: 'reads a word',
  options: { at: { type: 'address', summary: 'where it lies', default: 0n } },
  *run({ dump }, { at }) {
    yield { kind: 'progress', doing: 'reading', fraction: 0 };
    const word = dump.image.memory.readUint64(Number(at));
    return { text: [`${word}`], data: { word } };
  },
};

async function failuresOf(analyzer: Analyzer, word: bigint = 5n): Promise<string> {
  const runner = new Rehearsal();
  const open = () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x4000 }] });
    memory.writeUint64(8, 5n);
    return { dump: memoryDump({ memory, architecture }) };
  };
  const cases = [{ title: 'c', open, options: { at: 8n }, answers: { word } }];
  describeAnalyzer(analyzer, { cases, runner });
  return (await runner.failures()).join('\n');
}

let runs = 0;
const faults: readonly (readonly [fault: string, analyzer: object, message: RegExp])[] = [
  ['a name that is no kebab-case', { name: 'First Word' }, /is not kebab-case/],
  ['no summary', { summary: '' }, /summary is empty/],
  [
    'a default that its own spec forbids',
    { options: { at: { type: 'integer', summary: 's', default: 9, maximum: 3 } } },
    /up to 3/,
  ],
  ['no report', { run: function* () {} }, /no \{ text, data \}/],
  [
    'text that is no list',
    {
      *run() {
        yield* [];
        return { text: 'x', data: { word: 5n } };
      },
    },
    /its text is "x"/,
  ],
  [
    'data that holds itself',
    {
      *run() {
        yield* [];
        const data: Record<string, unknown> = {};
        data.self = data;
        return { text: [], data };
      },
    },
    /circular/,
  ],
  [
    'a finding, which only heuristics yield',
    {
      *run() {
        yield { kind: 'remark', because: 'x', at: [] };
        return { text: [], data: { word: 5n } };
      },
    },
    /which is no progress/,
  ],
  [
    'another answer each time',
    {
      *run() {
        yield* [];
        return { text: [], data: { word: BigInt(runs++) } };
      },
    },
    /first \{"word":"0x\w+"\}, then/,
  ],
  [
    'an error of its own on memory that cannot be read',
    {
      *run(context: never, options: never) {
        try {
          return yield* good.run(context, options);
        } catch {
          throw new TypeError('not a page');
        }
      },
    },
    /threw no VmcorekitError, but TypeError: not a page/,
  ],
];

describe('describeAnalyzer', () => {
  it('passes an analyzer that keeps the contract', async () => {
    expect(await failuresOf(good)).to.equal('');
  });

  it('fails one that answers something else', async () => {
    expect(await failuresOf(good, 6n)).to.equal('wanted {"word":"0x6"}, got {"word":"0x5"}');
  });

  for (const [fault, changes, message] of faults) {
    it(`fails one with ${fault}`, async () => {
      expect(await failuresOf({ ...good, ...changes })).to.match(message);
    });
  }
});
