import type { Dump } from '@vmcorekit/core';
import { namedTables } from '@vmcorekit/heuristics';
import { contextFor } from '@vmcorekit/testing';
import { expect } from 'chai';
import { arm64Guest, arm64Root, linkedAt, movedText, offsetOf, pcIn } from './arm64-guest.ts';

const image = 0x4020_0000;

function findings(dump: Dump) {
  return Array.from(namedTables.run(contextFor(dump), {})).flatMap((step) =>
    step.kind === 'candidate' ? [step] : [],
  );
}

describe('named-tables', () => {
  it('finds the root that the code names, where QEMU loads a kernel', () => {
    const [found, ...others] = findings(arm64Guest());
    expect(others).to.deep.equal([]);
    expect(found?.claim.root?.tableAddress).to.equal(arm64Root);
    expect(found?.claim.imageOffset).to.equal(offsetOf(movedText));
    expect(found?.reachedByCpu).to.equal(true);
  });

  it('says nothing where a CPU may run another kernel, a program or a module', () => {
    const elsewhere = movedText - 0x100_0000n;
    for (const other of [elsewhere, 0x40_1000n, movedText + 0x42_0000n]) {
      expect(findings(arm64Guest({ pcs: [pcIn(), other] }))).to.deep.equal([]);
      expect(findings(arm64Guest({ pcs: [other, pcIn()] }))).to.deep.equal([]);
    }
    expect(findings(arm64Guest({ pcs: [] }))).to.deep.equal([]);
  });

  it('says nothing of a kernel at its link address, which another may share', () => {
    expect(findings(arm64Guest({ text: linkedAt }))).to.deep.equal([]);
  });

  it('believes only code of the image, which the kernel protects from writes', () => {
    expect(findings(arm64Guest({ isTextWritable: true }))).to.deep.equal([]);
    // The header before the text: Linux gives it away.
    expect(findings(arm64Guest({ codeAt: image + 0x8000 }))).to.deep.equal([]);
  });

  it('takes no other page for a root', () => {
    for (const named of [image + 0x30_0000, image + 0x60_0000, 0x7000_0000]) {
      expect(findings(arm64Guest({ named }))).to.deep.equal([]);
    }
  });
});
