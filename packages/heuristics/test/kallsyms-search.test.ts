import type { Architecture, CandidateFinding, Dump, Finding, KernelLayout } from '@vmcorekit/core';
import { kallsymsSearch } from '@vmcorekit/heuristics';
import {
  buildKallsyms,
  type KallsymsLayout,
  SparseMemory,
  vmcoreInfoNote,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import { findingsOf } from './guest.ts';

const memoryStart = 0x4000_0000;
const linkedText = 0xffff_8000_0800_0000n;

/** Kernels of arm64: each has an offset of its own, and its note states it. */
const layout = {
  name: 'arm64',
  imageAlignmentInBytes: 0x20_0000,
  usualTextLinkAddress: null,
  rootTableSymbols: [],
  isOffsetShared: false,
  imageWindow: () => ({ start: 0xffff_8000_0000_0000n, end: 1n << 64n }),
  imageOffsetOf: () => undefined,
  physBaseOf: () => null,
  isTextLinkAddress: (address) => address === linkedText,
  readVmcoreInfo: (info) => {
    const imageOffset = info.bigNumber('kimage_voffset');
    return { claim: imageOffset === undefined ? {} : { imageOffset } };
  },
} satisfies KernelLayout;

/** An image in memory: text at `at`, kallsyms a MiB after it. */
interface Image {
  readonly at: number;
  /** The address of its text, as its symbols have it. */
  readonly text: bigint;
  readonly kallsyms?: KallsymsLayout;
  /** The symbol of the tokens is one of its symbols. */
  readonly hasVariables?: boolean;
  readonly noteAt?: number;
  /** What its note states; default the truth. */
  readonly statedOffset?: bigint | null;
}

function write(memory: SparseMemory, image: Image): void {
  const { at, text, kallsyms = '6.4', hasVariables = false, noteAt } = image;
  const tableAt = at + 0x10_0008;
  const virtualAddress = text + BigInt(tableAt - at);
  const functions = Array.from({ length: 700 }, (_, index) => ({
    name: `do_${(index * 7919) % 10_007}`,
    address: text + 0x40n + BigInt(index) * 16n,
  }));
  const named = { name: 'kallsyms_token_table', address: virtualAddress };
  const starts = ['_text', '_stext'].map((name) => ({ name, address: text }));
  const plain = [...starts, ...functions];
  const draft = [...plain, ...(hasVariables ? [named] : [])];
  const { offsets } = buildKallsyms({ layout: kallsyms, symbols: draft, virtualAddress });
  const addresses = Object.entries(offsets).map(
    ([name, offset]) => [name, virtualAddress + BigInt(offset)] as const,
  );
  const tokens = addresses.find(([name]) => name === named.name)?.[1] ?? 0n;
  const symbols = [...plain, ...(hasVariables ? [{ ...named, address: tokens }] : [])];
  memory.write(tableAt, buildKallsyms({ layout: kallsyms, symbols, virtualAddress }).bytes);
  if (noteAt !== undefined) {
    const { statedOffset = text - BigInt(at) } = image;
    const lines = [
      'OSRELEASE=6.12.0-test',
      `SYMBOL(_stext)=${text.toString(16)}`,
      ...addresses.map(([name, address]) => `SYMBOL(${name})=${address.toString(16)}`),
      ...(statedOffset === null ? [] : [`NUMBER(kimage_voffset)=0x${statedOffset.toString(16)}`]),
    ];
    memory.write(noteAt, vmcoreInfoNote(`${lines.join('\n')}\n`));
  }
}

function search(...images: readonly Image[]): Finding[] {
  const memory = new SparseMemory({ ranges: [{ start: memoryStart, end: 0x4800_0000 }] });
  for (const image of images) {
    write(memory, image);
  }
  const dump = {
    image: { memory },
    architecture: { name: 'arm64', wordSizeInBits: 64 } as Architecture,
    layout,
  } as unknown as Dump;
  return findingsOf(kallsymsSearch, dump);
}

function candidatesOf(findings: readonly Finding[]): CandidateFinding[] {
  return findings.filter((finding) => finding.kind === 'candidate');
}

const first = { at: 0x4020_0000, text: 0xffff_bf56_57c0_0000n, noteAt: 0x4700_0000 };
const firstOffset = 0xffff_bf56_17a0_0000n;
const second = { at: 0x4420_0000, text: 0xffff_a93c_cce0_0000n, noteAt: 0x4700_1000 };
const secondOffset = second.text - BigInt(second.at);

describe('kallsyms-search', () => {
  it('gives the place by the symbol of the tokens, and no KASLR offset', () => {
    const { at, text } = first;
    const [found, ...more] = candidatesOf(search({ at, text, hasVariables: true }));
    expect(more).to.deep.equal([]);
    expect(found?.evidence).to.equal('symbols');
    expect(found?.claim).to.deep.equal({
      imageOffset: firstOffset,
      textVirtualAddress: first.text,
      textPhysicalAddress: first.at,
    });
  });

  for (const kallsyms of ['6.1', '6.4', '7.0'] as const) {
    it(`gives the place by the note of the same kernel, Linux ${kallsyms}`, () => {
      const found = candidatesOf(search({ ...first, kallsyms }));
      expect(found.map(({ evidence }) => evidence)).to.deep.equal(['symbols', 'vmcoreinfo']);
      expect(found.map(({ strength }) => strength)).to.deep.equal(['strong', 'strong']);
      expect(new Set(found.map(({ claim }) => claim.imageOffset))).to.deep.equal(
        new Set([firstOffset]),
      );
      expect(found[0]?.claim.textVirtualAddress).to.equal(first.text);
      expect(found[0]?.claim.textPhysicalAddress).to.equal(first.at);
    });

    it(`pairs two kernels of one build with their own notes, Linux ${kallsyms}`, () => {
      const found = candidatesOf(search({ ...first, kallsyms }, { ...second, kallsyms }));
      expect(found.map(({ claim }) => claim.imageOffset)).to.deep.equal([
        firstOffset,
        firstOffset,
        secondOffset,
        secondOffset,
      ]);
    });
  }

  it('gives no place where two notes of one build fit and state no offset, Linux 7.0', () => {
    const unstated = { kallsyms: '7.0', statedOffset: null } as const;
    const findings = search({ ...first, ...unstated }, { ...second, ...unstated });
    expect(candidatesOf(findings)).to.deep.equal([]);
    expect(findings.map(({ kind }) => kind)).to.deep.equal(['remark']);
  });

  it('gives no place where the note states another offset', () => {
    const lie = search({ ...first, statedOffset: firstOffset + 0x20_0000n });
    expect(candidatesOf(lie)).to.deep.equal([]);
  });

  it('takes no note that does not begin a page, as copies do not', () => {
    expect(candidatesOf(search({ ...first, noteAt: 0x4700_0004 }))).to.deep.equal([]);
  });

  it('places no kernel file that was only loaded, and takes the KASLR offset from it', () => {
    const file = { at: 0x4607_8fe8, text: linkedText, hasVariables: true };
    const found = candidatesOf(search({ ...first, hasVariables: true }, file));
    expect(found.map(({ evidence }) => evidence)).to.deep.equal(['symbols', 'vmcoreinfo']);
    expect(found[0]?.claim.imageOffset).to.equal(firstOffset);
    expect(found[0]?.claim.kaslrOffset).to.equal(Number(first.text - linkedText));
    expect(candidatesOf(search(file))).to.deep.equal([]);
  });

  it('takes no KASLR offset from a copy of a kernel that ran, such as a nested guest', () => {
    for (const text of [first.text, linkedText + 0x40_0000n]) {
      const copy = { at: 0x4607_8fe8, text, hasVariables: true };
      const [found] = candidatesOf(search({ ...first, hasVariables: true }, copy));
      expect(found?.claim.imageOffset).to.equal(firstOffset);
      expect(found?.claim.kaslrOffset).to.equal(undefined);
    }
  });

  it('takes no KASLR offset from a file of another build', () => {
    const file = {
      at: 0x4607_8fe8,
      text: linkedText,
      hasVariables: true,
      kallsyms: '6.1',
    } as const;
    const [found] = candidatesOf(search({ ...first, hasVariables: true }, file));
    expect(found?.claim.imageOffset).to.equal(firstOffset);
    expect(found?.claim.kaslrOffset).to.equal(undefined);
  });
});
