import { lowcore } from '@vmcorekit/heuristics';
import { contextFor, type SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import {
  guestOf61,
  guestOf612,
  s390xDump,
  s390xMemory,
  withControlRegisters,
  withPrefixOnly,
} from './s390x-guest.ts';

function findings(memory: SparseMemory, cpus: Parameters<typeof s390xDump>[1] = []) {
  const dump = s390xDump(memory, cpus);
  return Array.from(lowcore.run(contextFor(dump), {})).flatMap((step) =>
    step.kind === 'candidate' ? [step] : [],
  );
}

const place = { imageOffset: 0x3ff_fdf0_0000n };

describe('lowcore', () => {
  it('follows control register 13 of each CPU, once for each root', () => {
    const [first, ...others] = findings(s390xMemory(guestOf612), [
      withControlRegisters,
      withControlRegisters,
    ]);
    expect(first?.claim).to.deep.include(place);
    expect(first?.claim.root?.tableAddress).to.equal(0x28_0000);
    expect(first?.reachedByCpu).to.equal(true);
    expect(first?.because).to.match(/by its control register 13$/);
    expect(others.map(({ evidence }) => evidence)).to.deep.equal(['vmcoreinfo', 'vmcoreinfo']);
  });

  it('takes the root from the CPU’s lowcore where that note is lost', () => {
    const [first] = findings(s390xMemory(guestOf612), [withPrefixOnly]);
    expect(first?.claim).to.deep.include(place);
    expect(first?.because).to.match(/by its lowcore at 0x620000$/);
  });

  it('follows the pointer of the absolute lowcore to the note, without CPUs', () => {
    const [note] = findings(s390xMemory(guestOf612));
    expect(note?.evidence).to.equal('vmcoreinfo');
    const { root, ...claim } = note?.claim ?? {};
    expect(claim).to.deep.equal({
      ...place,
      kaslrOffset: 0x3ff_fdf0_0000,
      textVirtualAddress: 0x3ff_fe00_0000n,
      textPhysicalAddress: 0x10_0000,
      release: '6.12.0-s390x',
    });
    expect(root?.summary).to.equal('3-level tables at 0x280000');
  });

  it('reads os_info, whose checksum must be right', () => {
    const memory = s390xMemory(guestOf612);
    const [, info] = findings(memory);
    expect(info?.claim).to.deep.equal({
      ...place,
      kaslrOffset: 0x3ff_fdf0_0000,
      linearMapOffset: 0n,
    });
    memory.write(0x61_0800, Uint8Array.of(1));
    expect(findings(memory)).to.have.lengthOf(1);
  });

  it('knows kernels whose addresses are physical, and os_info without places', () => {
    const [byCpu, note, ...others] = findings(s390xMemory(guestOf61), [withControlRegisters]);
    expect(byCpu?.claim.imageOffset).to.equal(0n);
    expect(note?.claim).to.deep.include({
      imageOffset: 0n,
      kaslrOffset: 0,
      textPhysicalAddress: 0x10_0000,
    });
    expect(others).to.deep.equal([]);
  });

  it('finds nothing where the pointers lead nowhere, or to themselves', () => {
    for (const [at, value] of [
      [0xe0c, 0n],
      [0xe0c, 0x60_0001n],
      [0xe0c, 2n ** 60n],
      [0xe0c, 0xe0cn],
      [0xe0c, 0xffff_ff00n],
    ] as const) {
      const memory = s390xMemory(guestOf612);
      memory.writeUint64(at, value);
      expect(findings(memory).map(({ because }) => because.split(' ')[0])).to.deep.equal([
        'os_info',
      ]);
    }
    for (const value of [0n, 0x61_0001n, 2n ** 60n, 0x60_0000n, 0xffff_f000n]) {
      const memory = s390xMemory(guestOf612);
      memory.writeUint64(0xe18, value);
      expect(findings(memory)).to.have.lengthOf(1);
    }
  });
});
