import type { Architecture, Dump } from '@vmcorekit/core';
import { pointedNoteOf, s390xLayout } from '@vmcorekit/linux';
import {
  type LinearMapping,
  LinearMmu,
  linearMemory,
  linearRoot,
  SparseMemory,
  symbolList,
  vmcoreInfoNote,
} from '@vmcorekit/testing';
import { expect } from 'chai';

/** As in the laboratory's guest s390x-6.1. */
const [functionAt, sizeAt, pointerAt, noteAt] = [
  0x20_e568, 0x12d_3768, 0x12d_3770, 0x1ad_8000,
] as const;
/** Far from the note. */
const copyAt: number = noteAt + 148 * 0x1000;
/** Where the absolute lowcore points to the note. */
const lowcoreAt = 0xe0c;
const info = 'OSRELEASE=6.1.0-50-s390x\nPAGESIZE=4096\n';
/** The operations that Debian's 6.1 and 7.2 use for the two, with their registers. */
const lgrl = [0xc438, 0xc448] as const;
const larl = [0xc010, 0xc030] as const;
const mappings: readonly LinearMapping[] = [
  { virtualAddress: 0n, physicalAddress: 0, lengthInBytes: 0x10_0000 },
  {
    virtualAddress: 0x10_0000n,
    physicalAddress: 0x10_0000,
    lengthInBytes: 0x80_0000,
    isWritable: false,
  },
  {
    virtualAddress: 0x120_0000n,
    physicalAddress: 0x120_0000,
    lengthInBytes: 0x100_0000,
    isExecutable: false,
  },
];

/** Instructions that name the two variables, after what stands before them in Debian's code. */
function codeWith([pointer, size]: readonly [number, number]): Uint8Array {
  const code = new DataView(new ArrayBuffer(50));
  for (const [at, operation, target] of [
    [38, size, sizeAt],
    [44, pointer, pointerAt],
  ] as const) {
    code.setUint16(at, operation);
    code.setInt32(at + 2, (target - functionAt - at) / 2);
  }
  return new Uint8Array(code.buffer);
}

function noteOf(code: Uint8Array, runs: readonly LinearMapping[] = mappings) {
  const note = vmcoreInfoNote(info);
  const memory = new SparseMemory({ byteOrder: 'big', ranges: [{ start: 0, end: 0x220_0000 }] });
  memory.writeUint64(lowcoreAt, BigInt(noteAt));
  memory.write(
    noteAt,
    Buffer.concat([Buffer.from(note.subarray(0, 12)).swap32(), note.subarray(12)]),
  );
  memory.write(copyAt, new TextEncoder().encode(info));
  memory.write(functionAt, code);
  memory.writeUint64(sizeAt, BigInt(info.length));
  memory.writeUint64(pointerAt, BigInt(copyAt));
  const mmu = new LinearMmu(runs);
  const dump = {
    image: { memory },
    architecture: { name: 's390x', mmu } as unknown as Architecture,
    layout: s390xLayout,
  } as unknown as Dump;
  return pointedNoteOf({
    dump,
    root: linearRoot,
    runs: runs.map((run) => ({ isWritable: true, isExecutable: true, ...run })),
    memory: linearMemory(memory, runs, { wordSizeInBits: 64 }),
    symbols: symbolList({ crash_update_vmcoreinfo_safecopy: BigInt(functionAt) }),
  });
}

describe('the copy of a note of s390x', () => {
  it('is found by the code that loads the pointer to it, however far it lies', () => {
    for (const operations of [lgrl, larl]) {
      const note = noteOf(codeWith(operations));
      expect([note?.address, note?.isCopied]).to.deep.equal([noteAt, true]);
    }
  });

  it('is not found by other code, nor by code that may have been written', () => {
    expect(noteOf(codeWith([0xc0f4, 0xc0f4]))).to.equal(undefined);
    const writable = mappings.map((run) => ({ ...run, isWritable: true }));
    expect(noteOf(codeWith(lgrl), writable)).to.equal(undefined);
  });
});
