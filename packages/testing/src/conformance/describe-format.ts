import {
  type Architecture,
  BufferSource,
  type ByteSource,
  type Compressor,
  type DumpFormat,
  type DumpImage,
  definePlugin,
  hex,
  isHeld,
  isVmcorekitError,
  type MemoryPiece,
  type PhysicalMemory,
  stateOfPieces,
} from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { openContext, openFormat } from '../opening.ts';
import { check, mayRefuse } from './check.ts';
import { checkClaim, checkStrangers, damaged, WatchedSource } from './damaged-files.ts';
import { runnerOf, type TestRunner } from './runner.ts';

/** A dump of the format, as the files it consists of. */
export interface FormatCase {
  readonly title: string;
  readonly files: readonly Uint8Array[];
  /** The files beside them, by name. */
  readonly companions?: Readonly<Record<string, Uint8Array>>;
  /** Physical addresses and the bytes that must be there. */
  readonly holds: readonly { readonly address: number; readonly bytes: Uint8Array }[];
}

export interface FormatSuite {
  readonly cases: readonly FormatCase[];
  /** Codecs that its pages need. */
  readonly compressors?: readonly Compressor[];
  /** The architectures that its files may name; none where left out. */
  readonly architectures?: readonly Architecture[];
  readonly runner?: TestRunner;
}

/** The number of pages read in each damaged file. */
const pagesLookedAt = 64;
/** What a wrong offset makes of an address. */
const impossibleAddresses = [-1, -390, -4096, 2 ** 52, 2 ** 53 + 4096, 2 ** 64 - 4096];

/**
 * Tests that a format keeps its contract: claims only its own files, reads them correctly, and
 * survives damaged ones.
 */
export function describeFormat(format: DumpFormat, suite: FormatSuite): void {
  const { describe, it } = runnerOf(suite.runner);
  const plugin = definePlugin({
    name: 'conformance',
    compressors: suite.compressors ?? [],
    architectures: suite.architectures ?? [],
  });
  const { architectures, compressors } = createToolkit([plugin]);
  const openBeside =
    (companions: Readonly<Record<string, Uint8Array>> = {}) =>
    (sources: readonly ByteSource[]): Promise<DumpImage> =>
      openFormat(
        format,
        sources,
        openContext({
          architectures,
          compressors,
          companion: async (name) => companionOf(companions, name),
        }),
      );
  describe(`format ${format.name}: the contract`, () => {
    it('claims nothing that is not its own, and throws at nothing', () => checkStrangers(format));

    for (const one of suite.cases) {
      describe(one.title, () => casesOf(format, one, openBeside(one.companions), it));
    }
  });
}

function casesOf(
  format: DumpFormat,
  { files, holds }: FormatCase,
  open: (sources: readonly ByteSource[]) => Promise<DumpImage>,
  it: TestRunner['it'],
): void {
  it('is claimed with a reason, and probing any part of its head throws nothing', () => {
    for (const file of files) {
      checkClaim(format, file);
    }
  });

  it('is read correctly', async () => {
    using image = await open(files.map(sourceOf));
    check(image.format === format.name, `calls its format '${image.format}'`);
    for (const { address, bytes } of holds) {
      const got = image.memory.read(address, bytes.length);
      check(
        got.every((byte, index) => byte === bytes[index]),
        `other bytes at ${hex(address)}`,
      );
    }
  });

  it('describes its memory truly: ranges ascend, stored pages read, others say why not', async () => {
    using image = await open(files.map(sourceOf));
    let end = -1;
    for (const range of image.memory.ranges) {
      check(
        range.start > end && range.end > range.start,
        'ranges overlap, touch or are out of order',
      );
      end = range.end;
    }
    await lookAt(image, true);
  });

  it('has no memory at addresses that no machine has', async () => {
    using image = await open(files.map(sourceOf));
    for (const address of impossibleAddresses) {
      for (const read of readsAt(image.memory, address)) {
        check(isAbsent(read), `an address of ${address} is not said to be absent`);
      }
    }
  });

  it('closes its files when it is disposed', async () => {
    for (const share of [1, 0.5, 0.01]) {
      const sources = files.map(
        (file) => new WatchedSource(file.subarray(0, Math.ceil(file.length * share))),
      );
      const image = await mayRefuse(() => open(sources), `a file cut to ${share * 100} %`);
      image?.[Symbol.dispose]();
      // A file that cannot be opened still belongs to the caller.
      check(
        image === undefined || sources.every((source) => source.isDisposed),
        `leaves a file open that was cut to ${share * 100} %`,
      );
    }
  });

  it('throws nothing but VmcorekitErrors at files that are damaged or cut short', async () => {
    for (const each of damaged(files)) {
      const image = await mayRefuse(() => open(each.map(sourceOf)), 'a damaged file');
      if (image !== undefined) {
        using opened = image;
        await lookAt(opened, false);
      }
    }
  });
}

function readsAt(memory: PhysicalMemory, address: number): (() => unknown)[] {
  return [
    () => memory.read(address, 390),
    () => memory.readUint32(address),
    () => memory.readUint64(address),
    () => memory.withView(address, 1, (view) => view[0]),
  ];
}

function isAbsent(read: () => unknown): boolean {
  try {
    read();
    return false;
  } catch (error) {
    return isVmcorekitError(error, 'page-unreadable') && error.facts.state === 'absent';
  }
}

async function lookAt(image: DumpImage, isWhole: boolean): Promise<void> {
  const { memory } = image;
  let looked = 0;
  for (const range of memory.ranges) {
    for (
      let pfn = Math.floor(range.start / memory.pageSizeInBytes);
      pfn * memory.pageSizeInBytes < range.end;
      pfn++
    ) {
      if (++looked > pagesLookedAt) {
        return;
      }
      const state = memory.pageState(pfn);
      const pieces = [
        ...memory.pieces(pfn * memory.pageSizeInBytes, (pfn + 1) * memory.pageSizeInBytes),
      ];
      if (isWhole) {
        const ofPieces = stateOfPieces(pieces);
        check(state === ofPieces, `page ${pfn} is ${state}, but its pieces are ${ofPieces}`);
      }
      for (const piece of pieces) {
        await lookAtPiece(image, piece, isWhole);
      }
    }
  }
}

async function lookAtPiece(
  { memory }: DumpImage,
  { start, end, state }: MemoryPiece,
  isWhole: boolean,
): Promise<void> {
  const name = `${hex(start)} to ${hex(end)}`;
  const bytes = await mayRefuse(() => memory.read(start, end - start), name);
  if (isWhole) {
    check(
      (bytes !== undefined) === isHeld(state),
      `${name} is ${state}, but ${bytes === undefined ? 'cannot' : 'can'} be read`,
    );
    check(
      state !== 'zero' || bytes?.every((byte) => byte === 0) === true,
      `${name} is zero, but holds something`,
    );
  }
}

function companionOf(
  companions: Readonly<Record<string, Uint8Array>>,
  name: string,
): ByteSource | undefined {
  const bytes = Object.hasOwn(companions, name) ? companions[name] : undefined;
  return bytes === undefined ? undefined : new BufferSource(bytes, name);
}

function sourceOf(file: Uint8Array): ByteSource {
  return new BufferSource(file);
}
