import { BufferSource, isVmcorekitError, type VmcorekitError } from '@vmcorekit/core';
import { ElfFormat } from '@vmcorekit/format-elf';
import {
  buildElf,
  type ElfSpec,
  eraseinfoNote,
  headOf,
  openFormat,
  prstatusNote,
  qemuCpuStateNote,
  qemuElf,
  vmcoreinfoNote,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import { openBytes, openElf, pattern } from './opened.ts';

const page = pattern(4096, 1);

async function refusal(spec: ElfSpec): Promise<VmcorekitError> {
  const error: unknown = await openElf(spec).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(isVmcorekitError(error), String(error)).to.equal(true);
  return error as VmcorekitError;
}

describe('ElfFormat', () => {
  for (const wordSizeInBits of [32, 64] as const) {
    for (const byteOrder of ['little', 'big'] as const) {
      it(`reads memory and notes of a ${wordSizeInBits}-bit ${byteOrder}-endian dump`, async () => {
        const spec: ElfSpec = {
          wordSizeInBits,
          byteOrder,
          segments: [
            { notes: [prstatusNote({ pr_pid: 7 })] },
            { p_paddr: 0x3000, p_vaddr: 0xc0003000, data: page },
            { p_paddr: 0x1000, data: pattern(4096, 2) },
          ],
        };
        expect(new ElfFormat().probe(headOf(buildElf(spec).bytes))?.because).to.include(
          `${wordSizeInBits}-bit, ${byteOrder}-endian, ET_CORE`,
        );
        const image = await openElf(spec);
        expect(image.wordSizeInBits).to.equal(wordSizeInBits);
        expect(image.byteOrder).to.equal(byteOrder);
        expect(image.memory.byteOrder).to.equal(byteOrder);
        expect(image.memory.ranges).to.deep.equal([
          { start: 0x1000, end: 0x2000 },
          { start: 0x3000, end: 0x4000 },
        ]);
        expect(image.memory.read(0x3000, 4096)).to.deep.equal(page);
        expect(image.memory.read(0x1000, 4096)).to.deep.equal(pattern(4096, 2));
        expect(
          image.notes.map((note) => [note.name, note.type, note.descriptor.length]),
        ).to.deep.equal([['CORE', 1, 336]]);
        expect(image.damage).to.deep.equal([]);
      });
    }
  }

  it('reads QEMU’s files: e_ehsize is 8, and program headers come after sections', async () => {
    const image = await openElf(
      qemuElf([{ data: page }, { p_paddr: 0xfffc0000, data: pattern(0x2000, 3) }], { cpus: 2 }),
    );
    expect(image.architecture).to.equal('x86_64');
    expect(image.memory.read(0xfffc1000, 16)).to.deep.equal(
      pattern(0x2000, 3).slice(0x1000, 0x1010),
    );
    expect(image.notes.map((note) => note.name)).to.deep.equal(['CORE', 'CORE', 'QEMU', 'QEMU']);
    expect(image.header.get('e_ehsize')).to.equal(8);
    expect(image.header.get('e_phoff')).to.equal(192n);
    expect(image.header.get('p_align')).to.equal(0);
    expect(image.vmcoreinfo).to.equal(null);
    expect(image.damage).to.deep.equal([]);
  });

  it('says where in the file its header fields lie', async () => {
    const { bytes, programHeadersAt } = buildElf({
      segments: [{ notes: [] }, { data: page, p_align: 4096 }],
    });
    const image = await openBytes(bytes);
    const view = new DataView(bytes.buffer);
    expect(view.getUint16(image.headerOffsets.get('e_machine') ?? 0, true)).to.equal(62);
    expect(image.headerOffsets.get('p_align')).to.equal(programHeadersAt + 56 + 48);
    expect(view.getBigUint64(programHeadersAt + 56 + 48, true)).to.equal(4096n);
  });

  it('takes EM_386 for an i386 kernel, but not in QEMU’s file of a guest in firmware', async () => {
    const fields = { e_machine: 3 };
    const load = { data: page };
    expect((await openElf({ segments: [load], fields })).architecture).to.equal('i386');
    expect((await openElf({ segments: [load], wordSizeInBits: 32, fields })).architecture).to.equal(
      'i386',
    );
    const inFirmware = { notes: [qemuCpuStateNote({ cr0: 0x10n })] };
    expect((await openElf({ segments: [inFirmware, load], fields })).architecture).to.equal(
      'x86_64',
    );
  });

  it('names no architecture for a machine it does not know', async () => {
    expect(
      (await openElf({ segments: [{ data: page }], fields: { e_machine: 0x7777 } })).architecture,
    ).to.equal(null);
  });

  it('reads VMCOREINFO and ERASEINFO out of any of several note segments', async () => {
    const image = await openElf({
      segments: [
        { notes: [prstatusNote({ pr_pid: 1 })] },
        { data: page },
        {
          notes: [
            vmcoreinfoNote('OSRELEASE=6.1.0\nPAGESIZE=4096\n'),
            eraseinfoNote('erase vmalloc\n'),
          ],
        },
      ],
    });
    expect(image.vmcoreinfo).to.equal('OSRELEASE=6.1.0\nPAGESIZE=4096\n');
    expect(image.eraseinfo).to.equal('erase vmalloc\n');
    expect(image.notes).to.have.length(3);
  });

  it('takes the page size from VMCOREINFO, else from the alignment', async () => {
    const arm64 = { e_machine: 183 };
    const told = { notes: [vmcoreinfoNote('PAGESIZE=65536\n')] };
    expect(
      (await openElf({ segments: [{ data: page }], fields: arm64 })).memory.pageSizeInBytes,
    ).to.equal(4096);
    expect(
      (await openElf({ segments: [{ data: page, p_align: 16384 }], fields: arm64 })).memory
        .pageSizeInBytes,
    ).to.equal(16384);
    expect(
      (await openElf({ segments: [{ data: page, p_align: 16384 }, told], fields: arm64 })).memory
        .pageSizeInBytes,
    ).to.equal(65536);
    expect(
      (await openElf({ segments: [{ data: page, p_align: 65536 }] })).memory.pageSizeInBytes,
    ).to.equal(4096);
  });

  it('does not believe a page size that no machine has', async () => {
    for (const size of ['0', '1', '4097', '1099511627776', '-4096']) {
      const spec = {
        segments: [{ data: page }, { notes: [vmcoreinfoNote(`PAGESIZE=${size}\n`)] }],
      };
      expect((await openElf(spec)).memory.pageSizeInBytes, size).to.equal(4096);
    }
  });

  it('says of an executable that it is no dump, and what it is good for', async () => {
    const error = await refusal({ segments: [{ data: page }], fields: { e_type: 2 } });
    expect(error.code).to.equal('unsupported');
    expect(error.message).to.match(/not a dump .*ET_EXEC.*--symbols/);
  });

  it('says of a process’s core that gdb reads it', async () => {
    const error = await refusal({
      segments: [
        {
          notes: [
            prstatusNote({ pr_pid: 1 }),
            { name: 'CORE', type: 3, descriptor: new Uint8Array(136) },
          ],
        },
        { p_vaddr: 0x400000, data: page },
        { p_vaddr: 0x600000, data: page },
      ],
    });
    expect(error.code).to.equal('unsupported');
    expect(error.message).to.include('the core of a process');
  });

  it('refuses a file without memory', async () => {
    expect(
      (await refusal({ segments: [{ notes: [prstatusNote({ pr_pid: 1 })] }] })).message,
    ).to.include('at least one PT_LOAD');
  });

  it('refuses program headers smaller than their fields', async () => {
    const error = await refusal({ segments: [{ data: page }], fields: { e_phentsize: 55 } });
    expect(error.message).to.equal('ELF header at 0x36: e_phentsize is 0x37, wanted at least 56');
  });

  it('refuses an offset of 2^53 and more', async () => {
    expect(
      (await refusal({ segments: [{ data: page }], fields: { e_phoff: 1n << 53n } })).code,
    ).to.equal('malformed');
  });

  it('claims no file that is not ELF', () => {
    const format = new ElfFormat();
    const { bytes } = buildElf({ segments: [{ data: page }] });
    expect(format.probe(headOf(new Uint8Array(0)))).to.equal(undefined);
    expect(format.probe(headOf(bytes.slice(0, 5)))).to.equal(undefined);
    for (const index of [0, 1, 2, 3, 4, 5]) {
      const wrong = bytes.slice();
      wrong[index] = 9;
      expect(format.probe(headOf(wrong)), `byte ${index}`).to.equal(undefined);
    }
  });

  it('lets go of its file when the image is disposed, and not before', async () => {
    for (const e_type of [2, 4]) {
      const { bytes } = buildElf({ segments: [{ data: page }], fields: { e_type } });
      let disposed = 0;
      const source = {
        name: 'test.elf',
        sizeInBytes: bytes.length,
        readInto: (offset: number, target: Uint8Array) => {
          const part = bytes.subarray(offset, offset + target.length);
          target.set(part);
          return part.length;
        },
        [Symbol.dispose]: () => {
          disposed++;
        },
      };
      const opened = await openFormat(new ElfFormat(), [source]).catch(() => null);
      expect(disposed).to.equal(0);
      opened?.[Symbol.dispose]();
      expect(disposed).to.equal(e_type === 2 ? 0 : 1);
    }
  });

  it('opens one file, not several', async () => {
    const sources = [1, 2].map(
      () => new BufferSource(buildElf({ segments: [{ data: page }] }).bytes),
    );
    const error: unknown = await openFormat(new ElfFormat(), sources).catch(
      (thrown: unknown) => thrown,
    );
    expect(isVmcorekitError(error, 'contract'), String(error)).to.equal(true);
  });
});
