import {
  BufferSource,
  type ByteSource,
  type Container,
  type ContainerContents,
  EntrySource,
  inOneStep,
  readExactly,
  resultOf,
} from '@vmcorekit/core';
import { describeContainer } from '@vmcorekit/testing';
import { expect } from 'chai';
import { Rehearsal } from './rehearsal.ts';

const magic = 0x7d;

/** The magic byte, how long the first file is, and two files. */
const pair: Container = {
  name: 'pair',
  probe: ({ head }) =>
    head[0] === magic && head[1] === 0
      ? { because: 'the magic bytes', strength: 'signature' }
      : undefined,
  async open(source) {
    const [first = 0] = readExactly(source, 2, 1, 'length of the first file');
    return inOneStep(() => contentsOf(source, first));
  },
};

function contentsOf(source: ByteSource, first: number): ContainerContents {
  const at = { first: 3, second: 3 + first };
  const second = Math.max(0, source.sizeInBytes - at.second);
  return {
    entries: [
      { name: 'first', sizeInBytes: first },
      { name: 'second', sizeInBytes: null },
    ],
    open: ({ name }) =>
      name === 'first'
        ? new EntrySource(source, at.first, first)
        : new EntrySource(source, at.second, second),
    damage: [],
    [Symbol.dispose]: () => source[Symbol.dispose](),
  };
}

const file = Uint8Array.of(magic, 0, 4, 1, 2, 3, 4, 5, 6, 7);

async function failuresOf(container: Container, bytes: Uint8Array = file): Promise<string> {
  const runner = new Rehearsal();
  const holds = { first: Uint8Array.of(1, 2, 3, 4), second: Uint8Array.of(5, 6, 7) };
  describeContainer(container, { cases: [{ title: 'c', file: bytes, holds }], runner });
  return (await runner.failures()).join('\n');
}

/** The same container with its contents changed. */
function changed(
  change: (contents: ContainerContents, source: ByteSource) => Partial<ContainerContents>,
): Container {
  return {
    ...pair,
    async open(source, context) {
      const contents = resultOf(await pair.open(source, context));
      return inOneStep(() => ({ ...contents, ...change(contents, source) }));
    },
  };
}

describe('describeContainer', () => {
  it('passes a container that keeps the contract, and leaves a Buffer unchanged', async () => {
    const buffer = Buffer.from(file);
    expect(await failuresOf(pair, buffer)).to.equal('');
    expect([...buffer]).to.deep.equal([...file]);
  });

  const faults: readonly (readonly [fault: string, container: Container, message: RegExp])[] = [
    [
      'a claim to everything',
      { ...pair, probe: () => ({ because: 'mine', strength: 'signature' }) },
      /claims 0 bytes/,
    ],
    ['no claim to its own', { ...pair, probe: () => undefined }, /is not claimed/],
    ['an entry too few', changed(({ entries }) => ({ entries: entries.slice(1) })), /holds second/],
    [
      'an entry of another size',
      changed(({ entries }) => ({
        entries: entries.map((entry) => ({ ...entry, sizeInBytes: 3 })),
      })),
      /'first' is said to have 3 bytes/,
    ],
    [
      'other bytes',
      changed(() => ({
        open: ({ name }) => new BufferSource(new Uint8Array(name === 'first' ? 4 : 3)),
      })),
      /'first' gave other bytes at 0/,
    ],
    ['a file left open', changed(() => ({ [Symbol.dispose]: () => {} })), /leaves the file open/],
    [
      'a file that an entry closes',
      changed((contents, source) => ({
        open(entry) {
          const opened = contents.open(entry);
          return {
            name: 'x',
            sizeInBytes: opened.sizeInBytes,
            readInto: opened.readInto.bind(opened),
            [Symbol.dispose]: () => source[Symbol.dispose](),
          };
        },
      })),
      /closes the file with an entry/,
    ],
    [
      'errors of its own making',
      {
        ...pair,
        open: async (source, context) =>
          source.sizeInBytes === file.length
            ? pair.open(source, context)
            : Promise.reject(new TypeError('x')),
      },
      /threw no VmcorekitError, but TypeError/,
    ],
  ];
  for (const [fault, container, message] of faults) {
    it(`fails one with ${fault}`, async () =>
      expect(await failuresOf(container)).to.match(message));
  }
});
