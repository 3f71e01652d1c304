import { BufferSource, isVmcorekitError, type SymbolTable } from '@vmcorekit/core';
import { VmlinuxSymbols } from '@vmcorekit/format-elf';
import { buildVmlinux, headOf, structsBtf, type VmlinuxSpec } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { pattern } from './opened.ts';

const text = 0xffffffff81000000n;
const banner = 'Linux version 6.1.0-56-test (builder@host) #1 SMP';
const STT_SECTION = 3;
const STT_FILE = 4;
const SHN_ABS = 0xfff1;

function openBytes(bytes: Uint8Array): SymbolTable {
  return new VmlinuxSymbols().open(new BufferSource(bytes, 'vmlinux-test'));
}

function openVmlinux(spec: VmlinuxSpec): SymbolTable {
  return openBytes(buildVmlinux(spec).bytes);
}

describe('VmlinuxSymbols', () => {
  for (const wordSizeInBits of [32, 64] as const) {
    for (const byteOrder of ['little', 'big'] as const) {
      it(`reads symbols, banner and build ID of a ${wordSizeInBits}-bit ${byteOrder}-endian kernel`, () => {
        const start = wordSizeInBits === 64 ? text : 0xc1000000n;
        const table = openVmlinux({
          wordSizeInBits,
          byteOrder,
          symbols: [
            { name: '_text', st_value: start },
            { name: 'start_kernel', st_value: start + 0x1230n },
          ],
          banner: `${banner}\n`,
          buildId: '00112233445566778899aabbccddeeff00112233',
        });
        expect(table.from).to.equal('vmlinux-test');
        expect(table.addresses).to.equal('link');
        expect(table.find('_text')?.address).to.equal(start);
        expect(table.find('start_kernel')?.address).to.equal(start + 0x1230n);
        expect(table.find('start_kerne')?.address).to.equal(undefined);
        expect(table.find('start_kernel2')?.address).to.equal(undefined);
        expect(table.find('')?.address).to.equal(undefined);
        expect(table.banner).to.equal(banner);
        expect(table.buildId).to.equal('00112233445566778899aabbccddeeff00112233');
        expect(table.size).to.equal(3);
      });
    }
  }

  it('finds every symbol by its name, and by any address up to the next', () => {
    const offsets = fc.uniqueArray(fc.integer({ min: 0, max: 0xffff }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(offsets, fc.nat(0x1ffff), (starts, probe) => {
        const symbols = starts.map((start) => ({
          name: `at_${start}`,
          st_value: text + BigInt(start),
        }));
        const table = openVmlinux({ symbols });
        for (const { name, st_value } of symbols) {
          expect(table.find(name)?.address).to.equal(st_value);
        }
        const below = starts.filter((start) => start <= probe);
        const wanted = below.length === 0 ? undefined : `at_${Math.max(...below)}`;
        expect(table.at(text + BigInt(probe))?.name).to.equal(wanted);
      }),
    );
  });

  it('knows no symbol outside the kernel, and finds return addresses one byte before', () => {
    const table = openVmlinux({
      symbols: [
        { name: '__per_cpu_start', st_value: 0n },
        { name: '_text', st_value: text },
        { name: 'calls_last', st_value: text + 0x10n },
        { name: 'next', st_value: text + 0x20n },
        { name: '_end', st_value: text + 0x30n },
        { name: 'of_a_module', st_value: text + 0x1000n },
      ],
    });
    const names = [
      0x8n,
      text - 1n,
      text,
      text + 0x20n,
      text + 0x2fn,
      text + 0x30n,
      text + 0x1000n,
    ].map((address) => table.at(address)?.name);
    expect(names).to.deep.equal([
      undefined,
      undefined,
      '_text',
      'next',
      'next',
      undefined,
      undefined,
    ]);
    const returned = [text, text + 1n, text + 0x20n, text + 0x30n, text + 0x31n].map(
      (address) => table.at(address, 'return')?.name,
    );
    expect(returned).to.deep.equal([undefined, '_text', 'calls_last', 'next', undefined]);
  });

  it('gives, of several symbols at one address, the one that the kernel prints', () => {
    const symbols = ['first', 'second', 'third'].map((name) => ({ name, st_value: text }));
    const table = openVmlinux({ symbols });
    expect(table.at(text + 1n)?.name).to.equal('first');
    expect([...table].map(({ name }) => name)).to.deep.equal(['first', 'second', 'third']);
    const aliases = ['__start_of_it', '_stext', '_text', 'startup_64'].map((name) => ({
      name,
      st_value: text,
    }));
    expect(openVmlinux({ symbols: aliases }).at(text + 1n)?.name).to.equal('startup_64');
  });

  it('gives the lowest of several symbols with one name, as System.map lists it first', () => {
    const symbols = [5n, 2n, 9n].map((offset) => ({ name: 'show', st_value: text + offset }));
    expect(openVmlinux({ symbols }).find('show')?.address).to.equal(text + 2n);
  });

  it('leaves out sections, files, undefined symbols, and absolute ones by address', () => {
    const table = openVmlinux({
      symbols: [
        { name: 'main.c', st_value: 0n, st_info: STT_FILE, st_shndx: SHN_ABS },
        { name: '.text', st_value: text, st_info: STT_SECTION },
        { name: 'undefined_elsewhere', st_value: text, st_shndx: 0 },
        { name: 'a_constant', st_value: text + 8n, st_shndx: SHN_ABS },
        { name: '_text', st_value: text },
      ],
    });
    expect(table.size).to.equal(2);
    expect(table.find('a_constant')?.address).to.equal(text + 8n);
    expect(table.find('undefined_elsewhere')?.address).to.equal(undefined);
    expect(table.at(text + 9n)).to.deep.equal({
      name: '_text',
      address: text,
      type: 'R',
      sizeInBytes: null,
      module: null,
    });
    expect([...table].map(({ name, type }) => [name, type])).to.deep.equal([
      ['_text', 'R'],
      ['a_constant', 'A'],
    ]);
  });

  it('knows no banner and no build ID where the file has none', () => {
    const table = openVmlinux({ symbols: [{ name: '_text', st_value: text }] });
    expect(table.banner).to.equal(undefined);
    expect(table.buildId).to.equal(undefined);
  });

  it('gives the BTF where the file holds it whole', () => {
    const btf = structsBtf({ page: { size: 64, members: { flags: 0 } } });
    const symbols = [{ name: '_text', st_value: text }];
    expect(openVmlinux({ symbols, btf }).btf).to.deep.equal(btf);
    expect(openVmlinux({ symbols }).btf).to.equal(undefined);
    expect(openVmlinux({ symbols, btf: new Uint8Array(0) }).btf).to.equal(undefined);
  });

  it('reads the symbols of a debug file, which holds no read-only data', () => {
    const table = openVmlinux({ banner, isDebugOnly: true });
    expect(table.find('linux_banner')?.address).to.equal(0xffffffff82000014n);
    expect(table.banner).to.equal(undefined);
  });

  it('takes no other text for the banner', () => {
    expect(openVmlinux({ banner: 'Linus version 6.1' }).banner).to.equal(undefined);
  });

  it('says of a stripped kernel what to use instead', () => {
    expect(() => openVmlinux({ isStripped: true, banner }))
      .to.throw('vmlinux-test has no symbol table: it is stripped')
      .with.property('code', 'unsupported');
  });

  it('reads section headers whose count and name table lie in the null section', () => {
    const { bytes, sectionHeadersAt } = buildVmlinux({
      banner,
      buildId: 'aabbccdd',
      fields: { e_shnum: 0, e_shstrndx: 0xffff },
    });
    const view = new DataView(bytes.buffer);
    view.setBigUint64(sectionHeadersAt + 32, 6n, true);
    view.setUint32(sectionHeadersAt + 40, 5, true);
    const table = openBytes(bytes);
    expect(table.find('linux_banner')?.address).to.equal(0xffffffff82000014n);
    expect(table.buildId).to.equal('aabbccdd');
  });

  for (const [what, fields, message] of [
    ['no section headers', { e_shoff: 0 }, 'e_shoff that is not 0'],
    ['section headers too small for their fields', { e_shentsize: 63 }, 'e_shentsize is 0x3f'],
    ['no count of section headers', { e_shnum: 0 }, 'e_shnum is 0x0'],
    [
      'section headers beyond its end',
      { e_shoff: 1n << 40n },
      'section headers at 0x10000000000: wanted 64 bytes, got 0',
    ],
  ] as const) {
    it(`refuses a file with ${what}`, () => {
      expect(() => openVmlinux({ banner, fields })).to.throw(message);
    });
  }

  it('claims executables and position-independent kernels, but no dump, module or text', () => {
    const source = new VmlinuxSymbols();
    for (const [e_type, claimed] of [
      [1, false],
      [2, true],
      [3, true],
      [4, false],
      [0x102, false],
    ] as const) {
      expect(
        source.probe(headOf(buildVmlinux({ fields: { e_type } }).bytes)) !== undefined,
        `e_type ${e_type}`,
      ).to.equal(claimed);
    }
    expect(source.probe(headOf(pattern(64, 1)))).to.equal(undefined);
    expect(source.probe(headOf(new Uint8Array(0)))).to.equal(undefined);
  });

  it('lets go of the file, also where it cannot be read', () => {
    for (const isStripped of [true, false]) {
      const inner = new BufferSource(buildVmlinux({ isStripped }).bytes);
      let disposed = 0;
      const source = {
        name: 'vmlinux',
        sizeInBytes: inner.sizeInBytes,
        readInto: (offset: number, target: Uint8Array) => inner.readInto(offset, target),
        [Symbol.dispose]: () => {
          disposed++;
        },
      };
      try {
        new VmlinuxSymbols().open(source);
      } catch (error) {
        expect(isVmcorekitError(error, 'unsupported')).to.equal(true);
      }
      expect(disposed).to.equal(1);
    }
  });

  it('gives symbols or a typed error, wherever the file is cut or a byte changed', () => {
    const { bytes } = buildVmlinux({
      symbols: [{ name: '_text', st_value: text }],
      banner,
      buildId: 'aabbccdd',
      btf: Uint8Array.of(1),
    });
    const survive = (damaged: Uint8Array): void => {
      try {
        const table = openBytes(damaged);
        table.find('_text');
        table.at(text + 4n);
        expect([...table]).to.have.lengthOf(table.size);
      } catch (error) {
        expect(isVmcorekitError(error), String(error)).to.equal(true);
      }
    };
    for (let offset = 0; offset < bytes.length; offset++) {
      survive(bytes.slice(0, offset));
      for (const mask of [0xff, 0x80, 0x01]) {
        const flipped = bytes.slice();
        flipped[offset] = (flipped[offset] ?? 0) ^ mask;
        survive(flipped);
      }
    }
  });
});
