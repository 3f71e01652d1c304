import type { Architecture, Dump } from '@vmcorekit/core';
import { arm64Layout, pointedNoteOf } from '@vmcorekit/linux';
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

/** Linux 6.1 has the size, the copy, its second copy and the note one after another. */
const [copyUserAt, noteUserAt, variablesAt, noteAt] = [
  0x20_1f20, 0x20_2000, 0x120_0f10, 0x1ad_8000,
] as const;
/** Far from the note. */
const copyAt: number = noteAt + 148 * 0x1000;
const info = 'OSRELEASE=6.1.0-50-cloud-arm64\nPAGESIZE=4096\n';
const code: LinearMapping = {
  virtualAddress: 0x10_0000n,
  physicalAddress: 0x10_0000,
  lengthInBytes: 0x80_0000,
  isWritable: false,
};
const data: LinearMapping = {
  virtualAddress: 0x120_0000n,
  physicalAddress: 0x120_0000,
  lengthInBytes: 0x100_0000,
  isExecutable: false,
};
/** Of crash_update_vmcoreinfo_safecopy() in Debian's 6.1: `adrp`, `mov`, `add`, `cbz`, `ldp`. */
const copyUser = [0xf000_7ff3, 0xaa00_03f4, 0x913c_4273, 0xb400_0060, 0xa940_8662] as const;
/** `adrp x0` and `ldr x0, [x0, #0xf28]`. */
const noteUser = [0xd000_7fe0, 0xf947_9400] as const;

function wordsOf(words: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(words).buffer);
}

function noteOf(isTextWritable: boolean) {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x220_0000 }] });
  memory.write(noteAt, vmcoreInfoNote(info));
  memory.write(copyAt, new TextEncoder().encode(info));
  memory.write(copyUserAt, wordsOf(copyUser));
  memory.write(noteUserAt, wordsOf(noteUser));
  for (const [index, value] of [info.length, copyAt, 0, noteAt].entries()) {
    memory.writeUint64(variablesAt + index * 8, BigInt(value));
  }
  const runs = [{ ...code, isWritable: isTextWritable }, data];
  const mmu = new LinearMmu(runs);
  const dump = {
    image: { memory },
    architecture: { name: 'arm64', mmu } as unknown as Architecture,
    layout: arm64Layout,
  } as unknown as Dump;
  return pointedNoteOf({
    dump,
    root: linearRoot,
    runs: runs.map((run) => ({ isExecutable: true, ...run, isWritable: run.isWritable !== false })),
    memory: linearMemory(memory, runs, { wordSizeInBits: 64 }),
    symbols: symbolList({
      crash_update_vmcoreinfo_safecopy: BigInt(copyUserAt),
      paddr_vmcoreinfo_note: BigInt(noteUserAt),
    }),
  });
}

describe('the note of arm64', () => {
  it('and its copy are found by the code that loads the pointers to them', () => {
    const note = noteOf(false);
    expect([note?.address, note?.isCopied]).to.deep.equal([noteAt, true]);
  });

  it('are not found by code that may have been written', () => {
    expect(noteOf(true)).to.equal(undefined);
  });
});
