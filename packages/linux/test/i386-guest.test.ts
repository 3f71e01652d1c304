import { i386 } from '@vmcorekit/architectures';
import {
  type Dump,
  type KernelView,
  latin1Bytes,
  type Mmu,
  TranslatedMemory,
  type TranslationRoot,
} from '@vmcorekit/core';
import {
  bootHeaderByCode,
  i386Layout,
  type KernelImage,
  kernelImageThrough,
  pointedNoteOf,
} from '@vmcorekit/linux';
import { memoryDump, SparseMemory, symbolList, vmcoreInfoNote } from '@vmcorekit/testing';
import { expect } from 'chai';

const tableSpan = 0x40_0000;
const pageOffset = 0xc000_0000;
const [table, text, data, end] = [0x1000, 0x80_0000, 0xc0_0000, 0x180_0000];
const [note, copy] = [0x2_0000, 0x60_0000];
const info = 'OSRELEASE=6.1.0-50-686\nPAGESIZE=4096\n';
const noteVariable = data + 0xe10;
const copyVariable = data + 0xe14;
const bootParams = data + 0x99a0;
/** A page of four MiB: present, writable, large. */
const [readOnly, writable] = [0x81, 0x83];

/** The start of a function of Debian's 6.1.0-50-686, around the address of a variable. */
function code(before: string, variable: number, after: string): Uint8Array {
  const address = Buffer.alloc(4);
  address.writeUInt32LE(variable + pageOffset);
  return Buffer.concat([Buffer.from(before, 'hex'), address, Buffer.from(after, 'hex')]);
}

function word(value: number): Uint8Array {
  return Uint8Array.from(new Uint8Array(Uint32Array.of(value).buffer));
}

function guestMemory(textRights: number = readOnly): SparseMemory {
  const memory = new SparseMemory({ ranges: [{ start: 0, end }] });
  for (let at = 0; at < end; at += tableSpan) {
    const rights = at === text ? textRights : writable;
    memory.write(table + ((pageOffset + at) / tableSpan) * 4, word(at | rights));
  }
  memory.write(text, code('3e8d74260055a1', noteVariable, '0feeac9050000004089e55dc3'));
  memory.write(text + 0x1000, code('3e8d7426005589e55389c385c074118b0d', copyVariable, '8b15'));
  memory.write(text + 0x2000, code('3e8d7426005589e5538b450c8b5d148d90', bootParams, '8b4508'));
  memory.write(noteVariable, word(note + pageOffset));
  memory.write(copyVariable, word(copy + pageOffset));
  memory.write(note, vmcoreInfoNote(info));
  memory.write(copy, latin1Bytes(info));
  const header = new DataView(new ArrayBuffer(0x268));
  header.setUint16(0x1fe, 0xaa55, true);
  header.setUint32(0x202, 0x5372_6448, true);
  header.setUint16(0x206, 0x20f, true);
  header.setUint32(0x230, 0x10_0000, true);
  header.setBigUint64(0x258, 0x100_0000n, true);
  memory.write(bootParams, new Uint8Array(header.buffer));
  return memory;
}

function imageIn(dump: Dump): { image: KernelImage; root: TranslationRoot; mmu: Mmu } {
  const { mmu } = i386;
  const root = mmu?.rootsAt(table).find(({ levels }) => levels === 2);
  const image = root && kernelImageThrough(dump, root);
  if (mmu === undefined || root === undefined || image === undefined) {
    throw new Error('no image');
  }
  return { image, root, mmu };
}

function kernelOf(memory: SparseMemory): KernelView {
  const dump = memoryDump({ memory, architecture: i386, layout: i386Layout });
  const { image, root, mmu } = imageIn(dump);
  const at = BigInt(text + pageOffset);
  return {
    dump,
    root,
    runs: image.runs,
    memory: new TranslatedMemory(memory, mmu, root, { wordSizeInBits: 32 }),
    symbols: symbolList({
      paddr_vmcoreinfo_note: at,
      crash_update_vmcoreinfo_safecopy: at + 0x1000n,
      boot_params_data_read: at + 0x2000n,
    }),
  };
}

describe('an i386 kernel through the page tables of a CPU', () => {
  it('begins at the text that its tables protect', () => {
    const memory = guestMemory();
    const dump = memoryDump({ memory, architecture: i386, layout: i386Layout });
    const { image } = imageIn(dump);
    expect(image.textStart?.physicalAddress).to.equal(text);
    expect(image.isMappedByItself).to.equal(true);
    expect(image.runs.map((run) => run.physicalAddress)).to.deep.equal([text, data]);
  });

  it('has its note and both copies of the text where its code loads pointers to them', () => {
    const found = pointedNoteOf(kernelOf(guestMemory()));
    expect(found?.address).to.equal(note);
    expect(found?.text).to.equal(info);
    expect(found?.isCopied).to.equal(true);
  });

  it('points to no note without a copy of the text', () => {
    const memory = guestMemory();
    memory.write(copy, latin1Bytes('OSRELEASE=6.1.0-51-686\n'));
    expect(pointedNoteOf(kernelOf(memory))).to.equal(undefined);
    const within = guestMemory();
    within.write(noteVariable, word(note + pageOffset + 8));
    expect(pointedNoteOf(kernelOf(within))).to.equal(undefined);
  });

  it('has the boot header where its code refers to boot_params', () => {
    expect(bootHeaderByCode(kernelOf(guestMemory()))).to.deep.equal({
      address: BigInt(bootParams + pageOffset),
      linkedAt: 0x100_0000n,
    });
    const without = guestMemory();
    without.write(bootParams, new Uint8Array(0x268));
    expect(bootHeaderByCode(kernelOf(without))).to.equal(undefined);
  });

  it('is not known by code that any program may have written', () => {
    const kernel = kernelOf(guestMemory(writable));
    expect(pointedNoteOf(kernel)).to.equal(undefined);
    expect(bootHeaderByCode(kernel)).to.equal(undefined);
  });
});
