import { riscv64 } from '@vmcorekit/architectures';
import { type Dump, type Testimony, VmcoreInfo, type WitnessedCandidate } from '@vmcorekit/core';
import { staticTables } from '@vmcorekit/heuristics';
import { riscv64Layout } from '@vmcorekit/linux';
import {
  buildKallsyms,
  contextFor,
  Riscv64TableBuilder,
  SparseMemory,
  withoutProgress,
} from '@vmcorekit/testing';
import { expect } from 'chai';

const start = 0xffff_ffff_8000_0000n;
const imageAt = 0x8020_0000;
const imageOffset = start - BigInt(imageAt);
const text = start + 0x2000n;
const symbolsAt = 0x8060_0008;
const rootAt = 0x8100_0000;
/** In the image, each in a page after the root: of level 4 to level 1. */
const names = ['fixmap_p4d', 'fixmap_pud', 'fixmap_pmd', 'fixmap_pte'];
const fixmap = 0xff1b_ffff_fea0_0000n;
/** The tables of the image, which Linux reserved and /proc/vmcore leaves out. */
const reservedAt = 0x8f00_0000;

interface Changed {
  /** The addresses that the symbols have; the right ones by default. */
  readonly tables?: readonly number[];
  /** The root leads to no table of its image. */
  readonly isEmpty?: boolean;
  /** The tables of the image are in the dump. */
  readonly isWhole?: boolean;
  readonly stated?: bigint;
}

function testimoniesOf(changed: Changed): Testimony[] {
  const { tables = [1, 2, 3, 4].map((page) => rootAt + page * 0x1000), stated = imageOffset } =
    changed;
  const memory = new SparseMemory({ ranges: [{ start: 0x8000_0000, end: 0x9000_0000 }] });
  const image = new Riscv64TableBuilder(memory, {
    levels: 5,
    root: rootAt,
    tablesFrom: reservedAt,
  });
  image.map({ virtualAddress: start, physicalAddress: imageAt, lengthInBytes: 0x1000 });
  const lost = memory.readUint64(rootAt + 511 * 8);
  if (changed.isEmpty !== true) {
    const own = new Riscv64TableBuilder(memory, {
      levels: 5,
      root: rootAt,
      tablesFrom: rootAt + 0x1000,
    });
    own.map({ virtualAddress: fixmap, physicalAddress: 0x1000_0000, lengthInBytes: 0x1000 });
    memory.writeUint64(rootAt + 511 * 8, lost);
  }
  if (changed.isWhole !== true) {
    memory.exclude(reservedAt);
  }
  writeSymbols(memory, tables);
  const dump = {
    image: { memory },
    architecture: riscv64,
    layout: riscv64Layout,
    statistics: { bytesRead: 0, pagesRead: 0 },
    vmcoreinfo: new VmcoreInfo(
      [
        `NUMBER(va_kernel_pa_offset)=0x${stated.toString(16)}`,
        'NUMBER(VA_BITS)=57',
        `SYMBOL(swapper_pg_dir)=${(imageOffset + BigInt(rootAt)).toString(16)}\n`,
      ].join('\n'),
    ),
  } as unknown as Dump;
  const candidate: WitnessedCandidate = { claim: { imageOffset }, kernel: null };
  return withoutProgress<Testimony>(staticTables.testify(contextFor(dump), candidate));
}

function writeSymbols(memory: SparseMemory, tables: readonly number[]): void {
  const virtualAddress = imageOffset + BigInt(symbolsAt);
  const functions = Array.from({ length: 700 }, (_, index) => ({
    name: `do_${(index * 7919) % 10_007}`,
    address: text + 0x40n + BigInt(index) * 16n,
  }));
  const named = tables.map((at, index) => ({
    name: names[index] ?? '',
    address: imageOffset + BigInt(at),
  }));
  const build = (tokens: bigint) =>
    buildKallsyms({
      layout: '6.4',
      virtualAddress,
      symbols: [
        { name: '_stext', address: text },
        ...functions,
        { name: 'kallsyms_token_table', address: tokens },
        ...named,
      ],
    });
  const place = build(virtualAddress).offsets.kallsyms_token_table ?? 0;
  memory.write(symbolsAt, build(virtualAddress + BigInt(place)).bytes);
}

describe('witness static-tables', () => {
  it('sees a kernel by the tables in its image, where those of the image are lost', () => {
    // A /proc/vmcore of riscv64 was probable at most: it lacks what Linux reserved at boot.
    const [said, ...more] = testimoniesOf({});
    expect(more).to.deep.equal([]);
    expect(said).to.include({
      stance: 'for',
      evidence: 'paging',
      strength: 'strong',
      isThroughPageTables: true,
      because: `the root at 0x81000000 leads to 4 tables of the image where the symbols have them: ${names.join(', ')}`,
    });
    expect(said?.claim.imageOffset).to.equal(imageOffset);
    expect(said?.claim.root?.tableAddress).to.equal(rootAt);
  });

  it('says nothing of one table alone, or of tables that lie elsewhere', () => {
    const elsewhere = [1, 2, 3, 4].map((page) => rootAt + (page + 4) * 0x1000);
    expect(testimoniesOf({ tables: elsewhere })).to.deep.equal([]);
    const one = [rootAt + 0x1000, ...elsewhere.slice(1)];
    expect(testimoniesOf({ tables: one })).to.deep.equal([]);
  });

  it('says nothing of a root that leads to none, as that of a copy which never ran', () => {
    expect(testimoniesOf({ isEmpty: true })).to.deep.equal([]);
  });

  it('leaves it to others where the tables of the image are there, or the note differs', () => {
    expect(testimoniesOf({ isWhole: true })).to.deep.equal([]);
    expect(testimoniesOf({ stated: imageOffset + 0x20_0000n })).to.deep.equal([]);
  });
});
