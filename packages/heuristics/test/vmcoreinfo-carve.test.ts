import { vmcoreInfoCarve } from '@vmcorekit/heuristics';
import { type SparseMemory, vmcoreInfoNote } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  dumpOf,
  emptyMemory,
  findingsOf,
  kaslrOffset,
  kernelIn,
  noteAt,
  physBase,
  verdictBy,
} from './guest.ts';

const decoy =
  'OSRELEASE=9.9.9-decoy\nNUMBER(phys_base)=2097152\nKERNELOFFSET=1000000\nSYMBOL(init_top_pgt)=ffffffff82a10000\n';

function candidates(
  memory: SparseMemory,
): { readonly strength: string; readonly physBase: number | undefined }[] {
  return findingsOf(vmcoreInfoCarve, dumpOf(memory)).flatMap((finding) =>
    finding.kind === 'candidate'
      ? [{ strength: finding.strength, physBase: finding.claim.physBase }]
      : [],
  );
}

describe('vmcoreinfo-carve', () => {
  it('follows the kernel’s own pointer where a CPU’s page tables are known', () => {
    const memory = emptyMemory();
    const { root } = kernelIn(memory);
    const [first] = findingsOf(vmcoreInfoCarve, dumpOf(memory, { cr3: [root] }));
    expect(first).to.deep.include({ kind: 'candidate', strength: 'strong', reachedByCpu: true });
    expect(first?.kind === 'candidate' && first.claim).to.deep.include({ physBase, kaslrOffset });
  });

  it('finds the note by a scan alone, and the witnesses make it certain', async () => {
    const memory = emptyMemory();
    kernelIn(memory);
    const verdict = await verdictBy('vmcoreinfo-carve', dumpOf(memory));
    expect(verdict.confidence).to.equal('certain');
    expect(verdict.kernel).to.deep.include({ physBase, kaslrOffset, release: '6.9.1-test' });
  });

  it('is not misled by false notes before and after the true one, aligned or not', async () => {
    const memory = emptyMemory();
    kernelIn(memory);
    for (const at of [0x1000, 0x5010, noteAt - 0x1000, noteAt + 0x3004]) {
      memory.write(at, vmcoreInfoNote(decoy));
    }
    const verdict = await verdictBy('vmcoreinfo-carve', dumpOf(memory));
    expect(verdict.kernel).to.deep.include({ physBase, kaslrOffset, release: '6.9.1-test' });
  });

  it('takes the KASLR offset from the kernel, not a false note of equal phys_base', async () => {
    const memory = emptyMemory();
    const { vmcoreInfo } = kernelIn(memory);
    const lie = vmcoreInfo
      .replace(/KERNELOFFSET=.*/, 'KERNELOFFSET=1000000')
      .replace(/OSRELEASE=.*/, 'OSRELEASE=9.9.9');
    memory.write(0x1000, vmcoreInfoNote(lie));
    const verdict = await verdictBy('vmcoreinfo-carve', dumpOf(memory));
    expect(verdict.kernel).to.deep.include({ physBase, kaslrOffset, release: '6.9.1-test' });
  });

  it('says what false notes say only as hints', () => {
    const memory = emptyMemory();
    memory.write(0x1000, vmcoreInfoNote(decoy));
    expect(candidates(memory)).to.deep.equal([{ strength: 'hint', physBase: 2097152 }]);
  });

  it('reports a flood of false notes in few lines, and finds the true one after it', async () => {
    const memory = emptyMemory();
    kernelIn(memory);
    for (let index = 0; index < 200; index++) {
      memory.write(
        0x10000 + 0x1000 * index,
        vmcoreInfoNote(decoy.replace('2097152', String(2097152 * (index + 2)))),
      );
    }
    const findings = findingsOf(vmcoreInfoCarve, dumpOf(memory));
    expect(findings.length).to.be.lessThan(30);
    expect(findings.at(-1)?.kind).to.equal('remark');
    expect((await verdictBy('vmcoreinfo-carve', dumpOf(memory))).kernel?.physBase).to.equal(
      physBase,
    );
  });

  it('reads no note that only looks like one', () => {
    const cases: readonly Uint8Array[] = [
      vmcoreInfoNote('NUMBER(phys_base)=0\n'),
      vmcoreInfoNote('OSRELEASE=6.1\u0007\nNUMBER(phys_base)=0\n'),
      vmcoreInfoNote(decoy).fill(0xff, 4, 8),
      vmcoreInfoNote(decoy).fill(1, 8, 9),
      vmcoreInfoNote(decoy).fill(0x41, 22, 23),
    ];
    for (const bytes of cases) {
      const memory = emptyMemory();
      memory.write(0x4000, bytes);
      expect(candidates(memory)).to.deep.equal([]);
    }
  });

  it('does not stumble over a note that the dump cuts off', () => {
    const memory = emptyMemory();
    memory.write(0x4ff0, vmcoreInfoNote(decoy));
    memory.exclude(0x5000);
    expect(candidates(memory)).to.deep.equal([]);
  });

  it('claims nothing but what a note says, wherever and whatever its bytes are', () => {
    fc.assert(
      fc.property(
        fc.nat(0x3000),
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(200),
        (at, noise, where) => {
          const memory = emptyMemory();
          const note = vmcoreInfoNote(decoy);
          note.set(
            noise.subarray(0, Math.max(0, note.length - where)),
            Math.min(where, note.length),
          );
          memory.write(0x1000 + at, note);
          for (const candidate of candidates(memory)) {
            expect(candidate.strength).to.equal('hint');
          }
        },
      ),
    );
  });
});
