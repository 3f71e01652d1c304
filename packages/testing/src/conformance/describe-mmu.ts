import {
  type Architecture,
  type ByteOrder,
  isVmcorekitError,
  type MappedRun,
  type Mmu,
  type PhysicalMemory,
  type Translation,
  type TranslationRoot,
} from '@vmcorekit/core';
import { SparseMemory } from '../sparse-memory.ts';
import { check, shown } from './check.ts';
import { randomWords } from './random.ts';
import { runnerOf, type TestRunner } from './runner.ts';

/** An address that a processor's manual, or a real machine, is known to translate so. */
export interface KnownMapping {
  readonly virtualAddress: bigint;
  readonly physicalAddress: number;
  /** `wxu`: writable, executable, for programs; a dash for each that is missing. */
  readonly rights?: string;
  readonly mappingSizeInBytes?: number;
}

/** Tables in memory, and what they map. */
export interface MmuCase {
  readonly title: string;
  readonly memory: PhysicalMemory;
  readonly root: TranslationRoot;
  readonly maps: readonly KnownMapping[];
  /** Addresses that nothing maps. */
  readonly unmapped?: readonly bigint[];
}

export interface MmuSuite {
  readonly cases: readonly MmuCase[];
  /** Of memory; that of the architecture where left out, else little. */
  readonly byteOrder?: ByteOrder;
  readonly runner?: TestRunner;
}

const pageSizeInBytes = 0x1000;
const wordSizeInBytes = 8;
/** Where hostile tables lie, at a multiple of any processor's alignment of a root. */
const tableAt = 0x1_0000;
const tablesInBytes = 0x2_0000;
const memorySizeInBytes = 0x10_0000;
const allAddresses = 2n ** 64n;
/** Bounds on what is taken of walks over hostile tables. */
const most = { runs: 200, tables: 256, steps: 10_000 } as const;
const randomTables = 8;
/** Addresses in every half and window of known processors, and next to their ends. */
const usualAddresses: readonly bigint[] = [
  ...[0n, 0xfffn, 0x7fff_f000n, 0xc000_0000n, 0xffff_ffffn, 2n ** 32n, 2n ** 47n, 2n ** 56n],
  ...[0x8000_0000_0000_0000n, 0x9000_0000_0000_1000n, 0xc000_0000_0000_0000n],
  ...[0xff60_0000_0000_0000n, 0xffff_8000_0000_0000n, 0xffff_ffff_8000_0000n, allAddresses - 1n],
];

/**
 * Tests that an architecture's `Mmu` keeps its contract: it translates known addresses, all its
 * methods agree with `translate`, and hostile tables neither loop it nor make it throw anything but
 * `not-mapped` and `page-unreadable`. Throws where the architecture has no `Mmu`.
 */
export function describeMmu(architecture: Architecture, suite: MmuSuite): void {
  const { mmu } = architecture;
  check(mmu !== undefined, `${architecture.name} has no mmu`);
  const { describe, it } = runnerOf(suite.runner);
  const byteOrder = suite.byteOrder ?? architecture.byteOrder ?? 'little';
  describe(`the mmu of ${architecture.name}: the contract`, () => {
    it('gives each root a key, and is plain data', () => checkRoots(mmu));

    for (const one of suite.cases) {
      it(`translates ${one.title}`, () => checkCase(mmu, one));

      it(`lists ${one.title} as it translates them`, () => checkRuns(mmu, one));
    }

    for (const [what, words] of hostileTables()) {
      it(`survives tables ${what}`, () => {
        checkHostile(mmu, memoryOf(words, byteOrder));
      });
    }
  });
}

function rootsOf(mmu: Mmu): readonly TranslationRoot[] {
  return [...mmu.rootsAt(tableAt), ...(mmu.windows ?? [])];
}

function checkRoots(mmu: Mmu): void {
  const roots = [...rootsOf(mmu), ...mmu.rootsAt(tableAt + memorySizeInBytes)];
  check(new Set(roots.map(({ key }) => key)).size === roots.length, 'two roots have one key');
  for (const root of roots) {
    check(shown(structuredClone(root)) === shown(root), `${root.summary} is no plain data`);
    check(root.basePageSizeInBytes > 0, `${root.summary} has no page size`);
  }
}

function checkCase(mmu: Mmu, { memory, root, maps, unmapped = [] }: MmuCase): void {
  for (const known of maps) {
    const found = mmu.translate(memory, root, known.virtualAddress);
    const got = shown(found);
    check(found.physicalAddress === known.physicalAddress, `wanted ${shown(known)}, got ${got}`);
    check(
      known.rights === undefined || rightsOf(found) === known.rights,
      `wanted rights ${known.rights} of ${shown(known.virtualAddress)}, got ${got}`,
    );
    check(
      known.mappingSizeInBytes === undefined ||
        found.mappingSizeInBytes === known.mappingSizeInBytes,
      `wanted ${shown(known)}, got ${got}`,
    );
    checkGap(mmu, memory, root, known.virtualAddress);
  }
  for (const address of unmapped) {
    check(
      translated(mmu, memory, root, address) === 'not-mapped',
      `${shown(address)} is mapped, or its error is another`,
    );
    checkGap(mmu, memory, root, address);
  }
}

function checkRuns(mmu: Mmu, { memory, root, maps }: MmuCase): void {
  for (const { virtualAddress } of maps) {
    const page = virtualAddress - (virtualAddress % BigInt(pageSizeInBytes));
    const [run, ...more] = listed(mmu, memory, root, page, page + BigInt(pageSizeInBytes));
    check(run !== undefined && more.length === 0, `${shown(page)} is not one run`);
    check(
      run.virtualAddress === page && run.lengthInBytes === pageSizeInBytes,
      `the run of ${shown(page)} is not cut to it: ${shown(run)}`,
    );
    const none = [...mmu.mappedRuns(memory, root, page, page + BigInt(pageSizeInBytes), 0)];
    check(none.length === 0, 'a limit of 0 gives a run');
  }
}

/** Walks tables of the same words again and again by every method. */
function checkHostile(mmu: Mmu, memory: PhysicalMemory): void {
  const roots = rootsOf(mmu);
  for (const root of roots) {
    for (const address of usualAddresses) {
      const found = translated(mmu, memory, root, address);
      check(
        typeof found !== 'string' || found === 'not-mapped' || found === 'page-unreadable',
        () => `${root.summary}: ${shown(address)} throws ${shown(found)}`,
      );
      checkGap(mmu, memory, root, address);
    }
    listed(mmu, memory, root, 0n, allAddresses);
    listed(mmu, memory, root, 0xffff_ffff_8000_0000n, allAddresses);
    mmu.mapsLinearly?.(memory, root);
    mmu.relatedRoots?.(root);
  }
  const pages = [...(mmu.tablePages?.(memory, roots, most.tables) ?? [])];
  check(
    new Set(pages.map(({ physicalAddress }) => physicalAddress)).size === pages.length,
    'a page of tables is listed twice',
  );
  const search = mmu.findRoots?.(memory, { start: 0n, end: allAddresses });
  for (let steps = 0; search?.next().done === false; steps++) {
    check(steps < most.steps, 'the search for roots does not end');
  }
}

/** The runs of a range, each held against the range, the one before it and `translate`. */
function listed(
  mmu: Mmu,
  memory: PhysicalMemory,
  root: TranslationRoot,
  from: bigint,
  to: bigint,
): readonly MappedRun[] {
  const runs = [...mmu.mappedRuns(memory, root, from, to, most.runs)];
  check(runs.length <= most.runs, () => `${root.summary}: more runs than the limit`);
  let end = from;
  for (const run of runs) {
    check(
      run.lengthInBytes > 0 &&
        run.virtualAddress >= end &&
        run.virtualAddress + BigInt(run.lengthInBytes) <= to,
      () => `${root.summary}: a run is out of order or of the range: ${shown(run)}`,
    );
    end = run.virtualAddress + BigInt(run.lengthInBytes);
    for (const offset of [0, run.lengthInBytes - 1]) {
      checkInRun(translated(mmu, memory, root, run.virtualAddress + BigInt(offset)), run, offset);
    }
  }
  return runs;
}

function checkInRun(found: Translation | string, run: MappedRun, offset: number): void {
  check(
    typeof found !== 'string' &&
      found.physicalAddress === run.physicalAddress + offset &&
      found.isWritable === run.isWritable &&
      found.isExecutable === run.isExecutable,
    () => `the run ${shown(run)} is at ${offset} translated to ${shown(found)}`,
  );
}

/** That `gapAt` returns what `translate` throws as `not-mapped`, and throws the other error. */
function checkGap(mmu: Mmu, memory: PhysicalMemory, root: TranslationRoot, address: bigint): void {
  if (mmu.gapAt === undefined) {
    return;
  }
  const byTranslation = shown(
    factsOf(() => void mmu.translate(memory, root, address), 'not-mapped'),
  );
  const byGap = shown(factsOf(() => mmu.gapAt?.(memory, root, address)));
  check(
    byTranslation === byGap,
    () => `gapAt says ${byGap} of ${shown(address)}, translate ${byTranslation}`,
  );
}

/** What is returned, and the facts of an error that may be thrown; passes on any other error. */
function factsOf(look: () => unknown, allowed?: 'not-mapped'): unknown {
  try {
    return look();
  } catch (error) {
    if (isVmcorekitError(error) && [allowed, 'page-unreadable'].includes(error.code)) {
      return error.facts;
    }
    throw error;
  }
}

/** The mapping, or the code of the error; passes on what is no `VmcorekitError`. */
function translated(
  mmu: Mmu,
  memory: PhysicalMemory,
  root: TranslationRoot,
  address: bigint,
): Translation | string {
  try {
    return mmu.translate(memory, root, address);
  } catch (error) {
    if (isVmcorekitError(error)) {
      return error.code;
    }
    throw error;
  }
}

function rightsOf({ isWritable, isExecutable, isUser }: Translation): string {
  return `${isWritable ? 'w' : '-'}${isExecutable ? 'x' : '-'}${isUser ? 'u' : '-'}`;
}

function memoryOf(words: readonly bigint[], byteOrder: ByteOrder): SparseMemory {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: memorySizeInBytes }], byteOrder });
  const bytes = new Uint8Array(tablesInBytes);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < tablesInBytes; at += wordSizeInBytes) {
    const word = words[(at / wordSizeInBytes) % words.length] ?? 0n;
    view.setBigUint64(at, word, byteOrder === 'little');
  }
  memory.write(tableAt, bytes);
  return memory;
}

/** Pointers to an address as processors write them: plain, in units of 4 bytes, with high bits. */
function pointersTo(address: number): readonly bigint[] {
  const plain = BigInt(address);
  return [
    ...[0x1n, 0x7n, 0x67n, 0x83n].map((flags) => plain | flags),
    ...[0x1n, 0xefn].map((flags) => (plain >> 2n) | flags),
    (1n << 63n) | plain | 0x9n,
    (3n << 62n) | plain | 0x18fn,
  ];
}

/** Words of which each table consists, with what they make of it. */
function* hostileTables(): Generator<readonly [what: string, words: readonly bigint[]]> {
  yield ['of zeros', [0n]];
  yield ['of ones', [allAddresses - 1n]];
  for (const [index, pointer] of pointersTo(tableAt).entries()) {
    yield [`that lead to themselves, form ${index + 1}`, [pointer]];
  }
  for (const [index, pointer] of pointersTo(tableAt + pageSizeInBytes).entries()) {
    yield [`in cycles, form ${index + 1}`, [pointer, pointersTo(tableAt)[index] ?? 0n]];
  }
  for (const [index, pointer] of pointersTo(memorySizeInBytes * 2).entries()) {
    yield [`that lead out of memory, form ${index + 1}`, [pointer]];
  }
  for (let seed = 1; seed <= randomTables; seed++) {
    yield [`of random words, ${seed}`, randomTable(seed)];
  }
}

function randomTable(seed: number): readonly bigint[] {
  const words = randomWords(seed * 7919);
  return Array.from({ length: 1 + (seed % 7) }, () => {
    const [high, low, choice] = [words.next().value, words.next().value, words.next().value];
    const pointers = pointersTo(tableAt + (low % 32) * pageSizeInBytes);
    return choice % 3 === 0
      ? (BigInt(high) << 32n) | BigInt(low)
      : (pointers[choice % pointers.length] ?? 0n);
  });
}
