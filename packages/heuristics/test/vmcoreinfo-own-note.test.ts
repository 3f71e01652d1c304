import { isZero, latin1Bytes, type Verdict } from '@vmcorekit/core';
import type { LocateOptions } from '@vmcorekit/engine';
import {
  type BuiltLinuxKernel,
  propertyRuns,
  SparseMemory,
  vmcoreInfoNote,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  dumpOf,
  emptyMemory,
  kaslrOffset,
  kernelIn,
  noteAt,
  physBase,
  verdictOf,
} from './guest.ts';

type Fields = NonNullable<Parameters<typeof kernelIn>[1]>;

const directMapStart = 0xffff888000000000n;
const forgedAt = 0x1500000;
const textAt = 0x1390000;
const forgedOffset = 0x8000000;
/** A page of the image that was its init data, given away after boot. */
const givenAway = 0x180000;

/** A kernel without symbols, with text that is full of code. */
function silentKernel(memory: SparseMemory, fields: Fields = {}): BuiltLinuxKernel {
  const kernel = kernelIn(memory, { kallsyms: null, textSizeInBytes: 0x400000, ...fields });
  const text = kernel.physical(kernel.symbols.get('_text') ?? 0n);
  for (let page = 1; page < 0x400; page++) {
    const at = text + page * 0x1000;
    if (isZero(memory.read(at, 0x1000))) {
      memory.write(at, new Uint8Array(0x1000).fill(0x90));
    }
  }
  return kernel;
}

/** What the whole search makes of it, where a CPU runs it. */
function search(
  memory: SparseMemory,
  { root }: BuiltLinuxKernel,
  options: LocateOptions = {},
): Promise<Verdict> {
  return verdictOf(dumpOf(memory, { cr3: [root] }), options);
}

async function found(fields: Fields = {}, options: LocateOptions = {}): Promise<Verdict> {
  const memory = emptyMemory();
  return search(memory, silentKernel(memory, fields), options);
}

/** A note like the kernel's own, with another KASLR offset. */
function forgedNote({ vmcoreInfo }: BuiltLinuxKernel): Uint8Array {
  return vmcoreInfoNote(
    vmcoreInfo.replace(/KERNELOFFSET=.*/, `KERNELOFFSET=${forgedOffset.toString(16)}`),
  );
}

function dataOf(kernel: BuiltLinuxKernel): number {
  return kernel.physical(kernel.symbols.get('init_top_pgt') ?? 0n);
}

/** A forged note, and a pointer to it in a page of the image that the kernel gave away. */
function forge(memory: SparseMemory, kernel: BuiltLinuxKernel): void {
  memory.write(forgedAt, forgedNote(kernel));
  for (let at = 0; at < 0x1000; at += 8) {
    memory.writeUint64(dataOf(kernel) + givenAway + at, directMapStart + BigInt(forgedAt));
  }
}

describe('a VMCOREINFO note that the kernel’s own data point to', () => {
  it('proves the KASLR offset of a kernel without symbols', async () => {
    const verdict = await found();
    expect(verdict.confidence).to.equal('certain');
    expect(verdict.kernel).to.include({ physBase, kaslrOffset, release: '6.9.1-test' });
  });

  it('proves it for kallsyms of functions only', async () => {
    const verdict = await found({ kallsyms: '6.2', hasOnlyTextSymbols: true }, { all: true });
    expect(verdict.kernel).to.include({ physBase, kaslrOffset });
  });

  it('proves the offset of a kernel linked elsewhere, against the usual address', async () => {
    const verdict = await found({ physicalStart: 0x4000000, kaslrOffset: 0, physBase: 0 });
    expect(verdict.confidence).to.equal('certain');
    expect(verdict.kernel).to.include({ physBase: 0, kaslrOffset: 0 });
    expect(verdict.contradictions).to.deep.equal([]);
  });

  it('needs the copy of the text where one changed byte could explain the difference', async () => {
    const linkedElsewhere = { physicalStart: 0x2000000, kaslrOffset: 0x26e00000 };
    expect((await found(linkedElsewhere)).kernel).to.include({ physBase, kaslrOffset: null });
    const withCopy = await found({ ...linkedElsewhere, vmcoreInfoTextAt: textAt });
    expect(withCopy.kernel).to.include({ physBase, kaslrOffset: 0x26e00000 });
    const withSymbols = await found({
      ...linkedElsewhere,
      vmcoreInfoTextAt: textAt,
      kallsyms: '6.4',
    });
    expect(withSymbols.kernel).to.include({ physBase, kaslrOffset: 0x26e00000 });
  });

  it('proves nothing where the copy of the text disagrees, for any link address', async () => {
    for (const physicalStart of [0x1000000, 0x2000000, 0x4000000]) {
      for (const layout of [null, '6.2'] as const) {
        const memory = emptyMemory();
        const kernel = silentKernel(memory, {
          physicalStart,
          kallsyms: layout,
          vmcoreInfoTextAt: textAt,
        });
        const damaged = kernel.vmcoreInfo.replace('KERNELOFFSET=27e', 'KERNELOFFSET=25e');
        memory.write(noteAt, vmcoreInfoNote(damaged));
        expect((await search(memory, kernel)).kernel).to.include({ physBase, kaslrOffset: null });
      }
    }
  });

  it('proves no offset that implies a link address outside of the window, or far in it', async () => {
    for (const KERNELOFFSET of ['30000000', '3e000000', '0', '10200000']) {
      expect((await found({ vmcoreInfo: { KERNELOFFSET } })).kernel).to.include({
        physBase,
        kaslrOffset: null,
      });
    }
  });

  it('is found with the direct map’s table page lost, on a machine below 1 GiB', async () => {
    const memory = emptyMemory();
    const kernel = silentKernel(memory);
    const third = Number(memory.readUint64(kernel.root + 273 * 8) & 0xffffffffff000n);
    memory.write(third, new Uint8Array(0x1000));
    expect((await search(memory, kernel)).kernel).to.include({ physBase, kaslrOffset });
  });

  it('is not, where two pages of a larger machine could be meant', async () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x80000000 }] });
    const kernel = silentKernel(memory);
    const third = Number(memory.readUint64(kernel.root + 273 * 8) & 0xffffffffff000n);
    memory.write(third, new Uint8Array(0x1000));
    expect((await search(memory, kernel)).kernel).to.include({ physBase, kaslrOffset: null });
  });

  it('is a contradiction where it says another phys_base, and proves nothing', async () => {
    const verdict = await found({ vmcoreInfo: { 'NUMBER(phys_base)': '2097152' } });
    expect(verdict.kernel).to.include({ physBase, kaslrOffset: null });
    const said = verdict.contradictions.filter(({ by }) => by === 'vmcoreinfo-carve');
    expect(said.some(({ because }) => because.includes('point to the note'))).to.equal(true);
  });

  it('counts without a phys_base, which kernels before 4.10 do not say', async () => {
    const verdict = await found({ vmcoreInfo: { 'NUMBER(phys_base)': null } });
    expect(verdict.confidence).to.equal('certain');
    expect(verdict.kernel).to.include({ physBase, kaslrOffset });
  });

  it('gives no wrong offset, release or phys_base for one changed byte of the note', async () => {
    const kallsyms = fc.constantFrom(null, '6.2' as const);
    await fc.assert(
      fc.asyncProperty(fc.nat(400), fc.nat(255), kallsyms, async (where, byte, layout) => {
        const memory = emptyMemory();
        const kernel = silentKernel(memory, { kallsyms: layout });
        memory.write(noteAt + 24 + (where % kernel.vmcoreInfo.length), Uint8Array.of(byte));
        const { kernel: said } = await search(memory, kernel);
        expect(said?.physBase ?? physBase).to.equal(physBase);
        expect(said?.kaslrOffset ?? kaslrOffset).to.equal(kaslrOffset);
        expect(said?.release ?? '6.9.1-test').to.equal('6.9.1-test');
      }),
      { numRuns: propertyRuns(10) },
    );
  });

  it('gives no wrong offset for a changed digit of KERNELOFFSET, whichever', async () => {
    for (const layout of [null, '6.2'] as const) {
      for (const digit of ['07e00000', '26e00000', '27c00000', '37e00000', '7e00000']) {
        const { kernel } = await found({ kallsyms: layout, vmcoreInfo: { KERNELOFFSET: digit } });
        expect(kernel?.kaslrOffset ?? null, digit).to.equal(null);
      }
    }
  });
});

describe('a VMCOREINFO note that is not the kernel’s own', () => {
  const without = { vmcoreInfoAt: null } as const;

  it('stays weak where nothing points to it', async () => {
    const verdict = await found({ variables: { vmcoreinfo_note: 0n } });
    expect(verdict.confidence).to.equal('probable');
    expect(verdict.kernel).to.include({ physBase, kaslrOffset: null });
  });

  it('stays weak where what points to it lies in memory that a process may own', async () => {
    const memory = emptyMemory();
    const kernel = silentKernel(memory, without);
    forge(memory, kernel);
    const verdict = await search(memory, kernel);
    expect(verdict.confidence).to.equal('probable');
    expect(verdict.kernel).to.include({ physBase, kaslrOffset: null });
  });

  it('does not take the place of the true one beside it', async () => {
    const memory = emptyMemory();
    const kernel = silentKernel(memory);
    forge(memory, kernel);
    expect((await search(memory, kernel)).kernel).to.include({ physBase, kaslrOffset });
  });

  it('leaves the offset null where the text is lost, which could prove it', async () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory, { kallsyms: null, textSizeInBytes: 0x400000 });
    forge(memory, kernel);
    const verdict = await search(memory, kernel);
    expect(verdict.kernel).to.include({ physBase, kaslrOffset: null });
    expect(verdict.remarks.map(({ finding }) => finding.because)).to.include(
      "the kernel's data point to several notes, which differ",
    );
  });

  it('is not believed for a forged root that translates the kernel’s pointer to it', async () => {
    const memory = emptyMemory();
    const kernel = silentKernel(memory);
    const [root, third, second] = [0x1000, 0x2000, 0x3000];
    memory.writeUint64(root + 511 * 8, memory.readUint64(kernel.root + 511 * 8));
    memory.writeUint64(root + 273 * 8, BigInt(third) | 0x63n);
    memory.writeUint64(third, BigInt(second) | 0x63n);
    for (let index = 0; index < 512; index++) {
      memory.writeUint64(
        second + index * 8,
        BigInt(index === 0 ? 0 : 0x1400000) | 0x80000000000000e3n,
      );
    }
    memory.write(0x1400000 + (noteAt % 0x200000), forgedNote(kernel));
    for (const options of [{}, { all: true }, { skip: ['step-scan'] }]) {
      const verdict = await verdictOf(dumpOf(memory), options);
      expect(verdict.kernel?.kaslrOffset ?? kaslrOffset, JSON.stringify(options)).to.equal(
        kaslrOffset,
      );
    }
  });

  it('lends nothing to the running kernel where an old one left it with its image', async () => {
    const memory = emptyMemory();
    kernelIn(memory, {
      kallsyms: null,
      physBase: 0x1000000,
      kaslrOffset: 0,
      tablesFrom: 0x2800000,
      vmcoreInfoAt: noteAt,
    });
    const kernel = silentKernel(memory, without);
    expect((await search(memory, kernel)).kernel).to.include({
      physBase,
      kaslrOffset: null,
      role: 'unknown',
    });
  });

  it('lends nothing where it is a nested guest’s, whose phys_base is the same', async () => {
    const guest = new SparseMemory({ ranges: [{ start: 0, end: 0x4000000 }] });
    const inner = {
      physBase: -0x25600000,
      kaslrOffset: 0x25600000,
      tablesFrom: 0x3000000,
      directMapSizeInBytes: 0x4000000,
    };
    kernelIn(guest, { ...inner, kallsyms: null, vmcoreInfoAt: 0x3800000 });
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x10000000 }] });
    for (const { start, end } of guest.storedRuns()) {
      memory.write(0x8000000 + start, guest.read(start, end - start));
    }
    const kernel = silentKernel(memory, { ...without, directMapSizeInBytes: 0x10000000 });
    expect((await search(memory, kernel)).kernel).to.include({
      physBase,
      kaslrOffset: null,
      role: 'running',
    });
  });

  it('lends nothing where it is the capture kernel’s, in the memory set aside for it', async () => {
    const memory = emptyMemory();
    const kernel = silentKernel(memory, {
      ...without,
      variables: { crashk_res: 0x5000000n, crashk_res_end: 0x6ffffffn },
    });
    kernelIn(memory, {
      physBase: 0x4000000,
      kaslrOffset: 0x200000,
      tablesFrom: 0x6000000,
      vmcoreInfoAt: 0x6800000,
    });
    expect((await search(memory, kernel)).kernel).to.include({ physBase, kaslrOffset: null });
  });

  it('is not looked for where there are thousands, and no offset is given', async () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x8000000 }] });
    const kernel = silentKernel(memory);
    const note = forgedNote(kernel);
    const small = vmcoreInfoNote('OSRELEASE=6.6.6\nNUMBER(phys_base)=0\n');
    for (let index = 0; index < 4200; index++) {
      memory.write(0x4800000 + index * 0x100, small);
    }
    memory.write(forgedAt, note);
    expect((await search(memory, kernel)).kernel).to.include({ physBase, kaslrOffset: null });
  });

  it('is not read beyond its page where the copy of the text is anything', async () => {
    const memory = emptyMemory();
    const kernel = silentKernel(memory, {
      physicalStart: 0x2000000,
      kaslrOffset: 0x26e00000,
      vmcoreInfoTextAt: textAt,
    });
    memory.write(textAt, latin1Bytes(`OSRELEASE=${'x'.repeat(0x2000)}`));
    expect((await search(memory, kernel)).kernel).to.include({ physBase, kaslrOffset: null });
  });
});
