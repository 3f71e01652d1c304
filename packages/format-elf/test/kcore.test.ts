import { type ByteSource, CORE_NOTE_NAME, type DumpImage } from '@vmcorekit/core';
import { ElfFormat } from '@vmcorekit/format-elf';
import {
  buildElf,
  type ElfSegmentSpec,
  type NoteFields,
  openFormat,
  prstatusNote,
  vmcoreinfoNote,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import { context, pattern } from './opened.ts';

const allOnes = 2n ** 64n - 1n;
const image = pattern(4096, 1);
const ram = pattern(0x3000, 2);

/** Stretches of a file of 2^56 bytes, with nothing between. */
class FarSource implements ByteSource {
  readonly name: string = '/proc/kcore';
  readonly sizeInBytes: number = 2 ** 56;
  readonly #parts: readonly (readonly [start: bigint, bytes: Uint8Array])[];

  constructor(...parts: readonly (readonly [start: bigint, bytes: Uint8Array])[]) {
    this.#parts = parts;
  }

  readInto(offset: number, target: Uint8Array): number {
    target.fill(0);
    for (const [start, bytes] of this.#parts) {
      const at = Number(BigInt(offset) - start);
      if (at >= 0 && at < bytes.length) {
        target.set(bytes.subarray(at, at + target.length));
      }
    }
    return target.length;
  }

  [Symbol.dispose](): void {}
}

function processNote(name: string): NoteFields {
  const descriptor = new Uint8Array(136);
  descriptor.set(Buffer.from(name, 'latin1'), 40);
  return { name: CORE_NOTE_NAME, type: 3, descriptor };
}
const taskNote: NoteFields = {
  name: CORE_NOTE_NAME,
  type: 4,
  descriptor: new Uint8Array(8328),
};
const ofKcore = [prstatusNote({ pr_pid: 0 }), processNote('vmlinux'), taskNote];

/** A segment whose bytes lie at `offset`, wherever the file's own bytes end. */
function far(p_paddr: bigint, offset: bigint, sizeInBytes: number): ElfSegmentSpec {
  return { p_paddr, p_offset: offset, p_filesz: sizeInBytes, p_memsz: sizeInBytes, p_align: 4096 };
}

/** The kernel's image, an area without physical addresses, and RAM around the image. */
function kcore(
  notes: readonly NoteFields[],
  { imageAt = 0xff_ffff_aa40_4000n, ramAt = 0x3d_34f5_8000_5000n } = {},
): Promise<DumpImage> {
  const { bytes } = buildElf({
    segments: [
      { notes: [...notes, vmcoreinfoNote('OSRELEASE=6.1.0-test\n')] },
      far(0x2000n, imageAt, image.length),
      far(allOnes, 0x83_2dee_4000_4000n, 0x100000),
      far(0x1000n, ramAt, ram.length),
    ],
  });
  const source = new FarSource([0n, bytes], [imageAt, image], [ramAt, ram]);
  return openFormat(new ElfFormat(), [source], context);
}

describe('/proc/kcore', () => {
  it('gives memory that lies beyond 2^53 in the file, as of a kernel with five levels', async () => {
    using opened = await kcore(ofKcore);
    expect(opened.damage).to.deep.equal([]);
    expect(opened.memory.ranges).to.deep.equal([{ start: 0x1000, end: 0x4000 }]);
    expect(opened.memory.read(0x1003, 0x2ff0)).to.deep.equal(ram.subarray(3, 0x2ff3));
  });

  it('gives RAM where the image’s segment names the same memory', async () => {
    using near = await kcore(ofKcore, { imageAt: 0x10000n, ramAt: 0x20000n });
    expect(near.memory.read(0x2000, 4096)).to.deep.equal(ram.subarray(0x1000, 0x2000));
    using other = await kcore([], { imageAt: 0x10000n, ramAt: 0x20000n });
    expect(other.memory.read(0x2000, 4096)).to.deep.equal(image);
  });

  it('is known by its notes, has no CPU, and says that the kernel ran', async () => {
    using opened = await kcore(ofKcore);
    const at = [{ fileOffset: opened.notes[1]?.fileOffset, note: CORE_NOTE_NAME }];
    expect(opened.cpus?.(null)).to.deep.equal([]);
    expect(opened.facts?.origins?.map(({ axis, who }) => [axis, who])).to.deep.equal([
      ['capturedBy', 'linux-kcore'],
      ['writtenBy', 'linux-kcore'],
    ]);
    expect(opened.facts?.takenWhileRunning?.at).to.deep.equal(at);
  });

  it('is nothing that lacks one of its notes', async () => {
    for (const notes of [
      [processNote('vmlinux')],
      [taskNote],
      [processNote('vmlinuz'), taskNote],
      [processNote('bash'), taskNote],
    ]) {
      using opened = await kcore(notes);
      expect(opened.facts?.takenWhileRunning).to.equal(undefined);
      expect(opened).to.have.property('cpus', undefined);
    }
  });

  it('has a segment beyond 2^53 left out where any segment is not of whole pages', async () => {
    using opened = await kcore(ofKcore, { ramAt: 0x3d_34f5_8000_5001n });
    expect(opened.damage.map(({ name }) => name)).to.deep.equal([
      'segment-malformed',
      'segment-malformed',
    ]);
    expect(opened.memory.ranges).to.deep.equal([]);
  });
});
