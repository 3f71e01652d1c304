import {
  type ByteSource,
  type Compressor,
  type Container,
  type ContainerContents,
  definePlugin,
  type OpenContext,
} from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { openContainer, openContext } from '../opening.ts';
import { check, mayRefuse } from './check.ts';
import { checkClaim, checkStrangers, damaged, WatchedSource } from './damaged-files.ts';
import { randomWords } from './random.ts';
import { runnerOf, type TestRunner } from './runner.ts';

/**
 * A file of the container, and its contents by name; the empty name for a container of one content.
 */
export interface ContainerCase {
  readonly title: string;
  readonly file: Uint8Array;
  readonly holds: Readonly<Record<string, Uint8Array>>;
}

export interface ContainerSuite {
  readonly cases: readonly ContainerCase[];
  /** Codecs that its entries need. */
  readonly compressors?: readonly Compressor[];
  readonly runner?: TestRunner;
}

const readsOfEach = 40;
/** The number of bytes read from each entry of a damaged file. */
const bytesLookedAt = 4096;

/**
 * Tests that a container keeps its contract: claims only its own files, gives their contents, and
 * survives damaged ones.
 */
export function describeContainer(container: Container, suite: ContainerSuite): void {
  const { describe, it } = runnerOf(suite.runner);
  const { compressors } = createToolkit([
    definePlugin({ name: 'conformance', compressors: suite.compressors ?? [] }),
  ]);
  describe(`container ${container.name}: the contract`, () => {
    it('claims nothing that is not its own, and throws at nothing', () =>
      checkStrangers(container));

    for (const one of suite.cases) {
      describe(one.title, () => casesOf(container, one, openContext({ compressors }), it));
    }
  });
}

function casesOf(
  container: Container,
  { file, holds }: ContainerCase,
  context: OpenContext,
  it: TestRunner['it'],
): void {
  it('is claimed with a reason, and probing any part of its head throws nothing', () =>
    checkClaim(container, file));

  it('gives what it holds, wherever it is read', async () => {
    using contents = await openContainer(container, file, context);
    checkContents(contents, holds);
  });

  it('gives the same where it is opened with the index that it gave', async () => {
    using first = await openContainer(container, file, context);
    const snapshot = first.snapshot?.() ?? null;
    using contents = await openContainer(container, file, { ...context, snapshot });
    check(contents.damage.length === first.damage.length, 'calls its own index damaged');
    checkContents(contents, holds);
  });

  it('closes its file when it is disposed, and not with one of its entries', async () => {
    const source = new WatchedSource(file);
    const contents = await openContainer(container, source, context);
    for (const entry of contents.entries) {
      contents.open(entry)[Symbol.dispose]();
    }
    check(!source.isDisposed, 'closes the file with an entry');
    contents[Symbol.dispose]();
    check(source.isDisposed, 'leaves the file open');
  });

  it('throws nothing but VmcorekitErrors at files that are damaged or cut short', async () => {
    for (const [bytes = file] of damaged([file])) {
      const contents = await mayRefuse(
        () => openContainer(container, bytes, context),
        'a damaged file',
      );
      for (const entry of contents?.entries.slice(0, 16) ?? []) {
        await mayRefuse(
          () => lookAt(contents?.open(entry)),
          `entry '${entry.name}' of a damaged file`,
        );
      }
      contents?.[Symbol.dispose]();
    }
  });
}

function checkContents(
  contents: ContainerContents,
  holds: Readonly<Record<string, Uint8Array>>,
): void {
  const names = contents.entries.map(({ name }) => name);
  check(
    names.toSorted().join() === Object.keys(holds).toSorted().join(),
    `holds ${names.join(', ')}`,
  );
  for (const entry of contents.entries) {
    using source = contents.open(entry);
    const wanted = holds[entry.name] ?? new Uint8Array(0);
    const about = `entry '${entry.name}'`;
    check(source.sizeInBytes === wanted.length, `${about} has ${source.sizeInBytes} bytes`);
    check(
      entry.sizeInBytes === null || entry.sizeInBytes === wanted.length,
      `${about} is said to have ${entry.sizeInBytes} bytes`,
    );
    checkRead(source, wanted, 0, wanted.length + 1, about);
    const words = randomWords(wanted.length);
    for (let read = 0; read < readsOfEach; read++) {
      const offset = words.next().value % (wanted.length + 2);
      checkRead(source, wanted, offset, words.next().value % (wanted.length + 2), about);
    }
  }
}

function checkRead(
  source: ByteSource,
  wanted: Uint8Array,
  offset: number,
  lengthInBytes: number,
  about: string,
): void {
  const target = new Uint8Array(lengthInBytes);
  const got = source.readInto(offset, target);
  const expected = wanted.subarray(offset, offset + lengthInBytes);
  check(
    got === expected.length,
    `${about} gave ${got} bytes at ${offset}, wanted ${expected.length}`,
  );
  check(
    expected.every((byte, index) => byte === target[index]),
    `${about} gave other bytes at ${offset}`,
  );
}

function lookAt(source: ByteSource | undefined): void {
  using opened = source;
  if (opened !== undefined) {
    const length = Math.min(bytesLookedAt, opened.sizeInBytes);
    opened.readInto(0, new Uint8Array(length));
    opened.readInto(opened.sizeInBytes - length, new Uint8Array(length));
  }
}
