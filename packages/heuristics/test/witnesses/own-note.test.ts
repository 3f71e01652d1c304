import type {
  Architecture,
  Dump,
  KernelLayout,
  KernelView,
  LocatedKernel,
  Testimony,
} from '@vmcorekit/core';
import { ownNote } from '@vmcorekit/heuristics';
import { arm64Layout, kallsyms, openKernel, s390xLayout } from '@vmcorekit/linux';
import {
  buildKallsyms,
  contextFor,
  linearMemory,
  SparseMemory,
  vmcoreInfoNote,
  withoutProgress,
} from '@vmcorekit/testing';
import { expect } from 'chai';

const textAt = 0x4021_0000;
const tableAt = 0x40f0_0008;
const noteAt = 0x4700_0000;
/** Where s390x's absolute lowcore points to the note. */
const lowcoreAt = 0xe0c;
const imageOffset = 0xffff_bf56_17a0_0000n;
const text = imageOffset + BigInt(textAt);

/** Where a machine has its kernel, and how its notes state that. */
interface Machine {
  readonly layout: KernelLayout;
  readonly imageOffset: bigint;
  readonly lines: Readonly<Record<string, string>>;
}

const arm64: Machine = {
  layout: arm64Layout,
  imageOffset,
  lines: {
    'NUMBER(kimage_voffset)': `0x${imageOffset.toString(16)}`,
    'NUMBER(VA_BITS)': '48',
    KERNELOFFSET: '3f564fc00000',
  },
};
const s390x: Machine = {
  layout: s390xLayout,
  imageOffset: 0x3ff_8000_0000n,
  lines: { IDENTITYBASE: '0', KERNELOFFSET: '3ffc0110000', KERNELOFFPHYS: '40110000' },
};

type Notes = Readonly<Record<number, Readonly<Record<string, string>>>>;

/**
 * A kernel with symbols of its functions only, and notes as a test wants them; `copies` are texts
 * without a note's header.
 */
function kernelWith(
  notes: Notes,
  copies: Notes = {},
  { layout, imageOffset: shift, lines: placeLines }: Machine = arm64,
): KernelView {
  const memory = new SparseMemory({
    ranges: [
      { start: 0, end: 0x2000 },
      { start: 0x4000_0000, end: 0x4800_0000 },
    ],
  });
  memory.writeUint64(lowcoreAt, BigInt(noteAt));
  const start = shift + BigInt(textAt);
  const virtualAddress = shift + BigInt(tableAt);
  const functions = Array.from({ length: 700 }, (_, index) => ({
    name: `do_${(index * 7919) % 10_007}`,
    address: start + 0x40n + BigInt(index) * 16n,
  }));
  const symbols = [{ name: '_stext', address: start }, ...functions];
  const table = buildKallsyms({ layout: '6.1', addresses: 'relative', symbols, virtualAddress });
  memory.write(tableAt, table.bytes);
  const textWith = (lines: Readonly<Record<string, string>>): string => {
    const all = {
      OSRELEASE: '6.1.0-test',
      'SYMBOL(_stext)': start.toString(16),
      ...Object.fromEntries(
        Object.entries(table.offsets).map(([name, offset]) => [
          `SYMBOL(${name})`,
          (virtualAddress + BigInt(offset)).toString(16),
        ]),
      ),
      ...placeLines,
      ...lines,
    };
    const written = Object.entries(all).map(([key, value]) => `${key}=${value}\n`);
    return written.join('');
  };
  for (const [at, lines] of Object.entries(notes)) {
    memory.write(Number(at), vmcoreInfoNote(textWith(lines)));
  }
  for (const [at, lines] of Object.entries(copies)) {
    memory.write(Number(at), new TextEncoder().encode(textWith(lines)));
  }
  const run = (virtual: bigint, lengthInBytes: number, isExecutable: boolean) => ({
    virtualAddress: virtual,
    physicalAddress: Number(virtual - shift),
    lengthInBytes,
    isWritable: false,
    isExecutable,
  });
  const runs = [run(start, 0x10_0000, true), run(virtualAddress - 8n, 0x10_0000, false)];
  const dump = {
    image: { memory },
    architecture: { name: layout.name, wordSizeInBits: 64 } as Architecture,
    layout,
    vmcoreinfo: null,
    files: ['dump'],
    statistics: { bytesRead: 0, pagesRead: 0 },
  } as unknown as Dump;
  const image = { dump, runs, memory: linearMemory(memory, runs) };
  const carved = kallsyms.carve({ ...image, root: image.memory.root });
  let step = carved.next();
  while (step.done !== true) {
    step = carved.next();
  }
  return { ...image, symbols: step.value } as unknown as KernelView;
}

function testimoniesOf(notes: Notes, copies: Notes = {}): Testimony[] {
  const kernel = kernelWith(notes, copies);
  const candidate = { kernel, claim: { imageOffset } };
  return withoutProgress(ownNote.testify(contextFor(kernel.dump, {}), candidate));
}

describe('own-note', () => {
  it('takes the KASLR offset of the note that has the parts of the symbols', () => {
    const [said, ...more] = testimoniesOf({ [noteAt]: {} });
    expect(more).to.deep.equal([]);
    expect(said?.stance).to.equal('for');
    expect(said?.evidence).to.equal('vmcoreinfo');
    expect(said?.claim.imageOffset).to.equal(imageOffset);
    expect(said?.claim.kaslrOffset).to.equal(0x3f564fc00000);
  });

  it('takes the build ID only if the other copy of the text says the same', () => {
    const buildId = 'aa1baf2841c8b47296c91289f85df12f6c8b8bf2';
    const note = { [noteAt]: { 'BUILD-ID': buildId } };
    const copyAt = noteAt + 0x3000;
    const idWith = (copies: Notes) => testimoniesOf(note, copies)[0]?.claim.buildId;
    expect(idWith({ [copyAt]: { 'BUILD-ID': buildId } })).to.equal(buildId);
    expect(idWith({ [copyAt]: { 'BUILD-ID': buildId.replace('aa1', 'aa2') } })).to.equal(undefined);
    expect(idWith({})).to.equal(undefined);
  });

  it('says that a kernel crashed whose note has CRASHTIME', () => {
    const roleWith = (lines: Readonly<Record<string, string>>) =>
      testimoniesOf({ [noteAt]: lines })[0]?.role;
    expect(roleWith({ CRASHTIME: '1700000000' })).to.equal('crashed');
    expect(roleWith({})).to.equal(undefined);
  });

  it('takes no note of another build, place or offset', () => {
    const other = (text + 0x20_0000n).toString(16);
    for (const lines of [
      { 'SYMBOL(kallsyms_names)': other },
      { 'SYMBOL(_stext)': other },
      { 'NUMBER(kimage_voffset)': `0x${(imageOffset + 0x20_0000n).toString(16)}` },
    ]) {
      expect(testimoniesOf({ [noteAt]: lines }), JSON.stringify(lines)).to.deep.equal([]);
    }
  });

  it("reads few pages where s390x's lowcore points to the note, near its copy", () => {
    const asked = (notes: Notes, copies: Notes) => {
      const kernel = kernelWith(notes, copies, s390x);
      const { memory } = kernel.dump.image;
      const before = memory.pagesRead;
      const candidate = { kernel, claim: { imageOffset: s390x.imageOffset } };
      const [said] = withoutProgress(ownNote.testify(contextFor(kernel.dump, {}), candidate));
      return { said: said?.claim, pages: memory.pagesRead - before };
    };
    const lines = { 'BUILD-ID': 'aa1baf2841c8b47296c91289f85df12f6c8b8bf2' };
    const wanted = {
      imageOffset: s390x.imageOffset,
      kaslrOffset: 0x3ffc0110000,
      buildId: lines['BUILD-ID'],
    };
    // Copies that others left, each in a page of its own.
    const left = Array.from({ length: 200 }, (_, page) => [0x4600_0000 + page * 0x1000, lines]);
    const others = Object.fromEntries(left);
    const near = asked({ [noteAt]: lines, ...others }, { [noteAt - 0x3000]: lines });
    expect(near.said).to.include(wanted);
    expect(near.pages).to.be.below(40);
    const far = asked({ [noteAt]: lines }, { [noteAt - 0x30_0000]: lines });
    expect(far.said).to.include(wanted);
    const other = asked({ [noteAt]: { ...lines, 'SYMBOL(kallsyms_names)': '3ffc0000000' } }, {});
    expect(other.said).to.equal(undefined);
  });

  it('searches no dump that is larger than what may be fetched', () => {
    const testify = (leftInBytes: number): Testimony[] => {
      const kernel = kernelWith({ [noteAt]: {} });
      const transfer = { requests: 9, bytesFetched: 2048, filesInBytes: 5000, leftInBytes };
      const dump = { ...kernel.dump, statistics: { bytesRead: 0, pagesRead: 0, transfer } };
      const candidate = { kernel: { ...kernel, dump }, claim: { imageOffset } };
      return withoutProgress(ownNote.testify(contextFor(dump), candidate));
    };
    expect(testify(5000)).to.have.lengthOf(1);
    expect(() => testify(4096)).to.throw(
      'dump: more than 6 KiB would have to be fetched, the limit (--max-transfer)',
    );
  });

  it('takes no copy that does not begin a page, and none of two', () => {
    expect(testimoniesOf({ [noteAt + 4]: {} })).to.deep.equal([]);
    expect(testimoniesOf({ [noteAt]: {}, [noteAt + 0x1000]: {} })).to.deep.equal([]);
  });
});

describe('the VMCOREINFO of a kernel whose symbols name no pointer to it', () => {
  const other = noteAt + 0x2000;
  const view = kernelWith({
    [noteAt]: {},
    [other]: { 'SYMBOL(_stext)': (text + 0x20_0000n).toString(16) },
  });
  const opened = (vmcoreInfoPlaces: readonly number[]) =>
    openKernel(view, { imageOffset } as LocatedKernel, { vmcoreInfoPlaces }).vmcoreinfo;

  it('is the note that the search met, which has its symbols', () => {
    expect(opened([other, noteAt, noteAt]).get('OSRELEASE')).to.equal('6.1.0-test');
  });

  it("is empty where the search met none, or another kernel's", () => {
    expect(opened([]).size).to.equal(0);
    expect(opened([other, noteAt + 4]).size).to.equal(0);
  });
});
