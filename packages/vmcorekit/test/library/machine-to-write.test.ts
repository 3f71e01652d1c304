import { plugin } from '@vmcorekit/architectures';
import { ArchitectureTable, imageOf, isVmcorekitError, VmcoreInfo } from '@vmcorekit/core';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { machineToWrite, utsnameOn } from '../../dist/library/repairing/machine-to-write.js';
import { statedPageSize } from '../../dist/library/writing/new-file.js';

const architectures = new ArchitectureTable(plugin.architectures ?? []);
const memory = new SparseMemory({ ranges: [{ start: 0, end: 4096 }] });

describe('the machine that the headers of a repaired dump name', () => {
  const cases = [
    // of the file      bits  of the CPUs  kernel  written
    ['x86_64', 64, 'x86_64', 64, null],
    ['i386', 32, 'i386', 32, null],
    ['i386', 64, 'i386', 32, null],
    ['x86_64', 32, 'i386', 32, null],
    ['x86_64', 32, 'x86_64', 64, 'x86_64'],
    ['i386', 32, 'x86_64', 64, 'x86_64'],
    ['i386', 32, 'i386', 64, 'x86_64'],
    ['i386', 32, null, 64, 'x86_64'],
    ['arm', 32, 'arm', 64, 'unsupported'],
    [null, 32, null, 64, 'unsupported'],
    [null, 64, 'arm64', 64, 'arm64'],
    [null, 64, null, 64, null],
  ] as const;
  for (const [ofFile, fileBits, ofCpus, kernelBits, wanted] of cases) {
    it(`${ofFile} of ${fileBits} bits, CPUs of ${ofCpus}, a kernel of ${kernelBits} bits: ${wanted ?? 'as the file'}`, () => {
      const image = imageOf({
        format: 'test',
        memory,
        architecture: ofFile,
        wordSizeInBits: fileBits,
      });
      const dump = { image, architecture: architectures.named(ofCpus) ?? null };
      const ask = () =>
        machineToWrite({ architectures }, dump, {
          wordSizeInBits: kernelBits,
          byteOrder: 'little',
        });
      if (wanted === 'unsupported') {
        expect(ask)
          .to.throw(/headers for a 64-bit kernel in a 32-bit file/)
          .that.satisfies(isVmcorekitError);
      } else {
        expect(ask()).to.deep.equal(
          wanted === null ? null : { architecture: wanted, wordSizeInBits: kernelBits },
        );
      }
    });
  }

  it('has the byte order of the kernel, where the file has the other', () => {
    const image = imageOf({ format: 'test', memory, architecture: 'ppc64', byteOrder: 'big' });
    const dump = { image, architecture: architectures.named('ppc64') ?? null };
    const ask = (byteOrder: 'little' | 'big') =>
      machineToWrite({ architectures }, dump, { wordSizeInBits: 64, byteOrder });
    expect(ask('little')).to.deep.equal({
      architecture: 'ppc64',
      wordSizeInBits: 64,
      byteOrder: 'little',
    });
    expect(ask('big')).to.equal(null);
  });

  it('is the one that uname names, where only the file said a narrower one', () => {
    const wide = { architecture: 'x86_64', wordSizeInBits: 64 } as const;
    const nameOn = (machine: typeof wide | null, name: string) =>
      utsnameOn({ architectures }, machine, { machine: name }).machine;
    expect(nameOn(wide, 'i686')).to.equal('x86_64');
    expect(nameOn(wide, 'x86_64')).to.equal('x86_64');
    expect(nameOn(null, 'i686')).to.equal('i686');
    expect(utsnameOn({ architectures }, wide, { release: '6.1' })).to.deep.equal({
      release: '6.1',
      machine: 'x86_64',
    });
  });
});

describe('the page size that convert writes', () => {
  const sizeOf = (architecture: string, text: string | null) =>
    statedPageSize({
      architecture: architectures.named(architecture) ?? null,
      vmcoreinfo: text === null ? null : new VmcoreInfo(text),
    });

  it('is what VMCOREINFO states, where the architecture has such pages', () => {
    expect(sizeOf('arm64', 'PAGESIZE=16384\n')).to.deep.equal({ pageSizeInBytes: 16_384 });
    expect(sizeOf('arm64', 'PAGESIZE=8192\n')).to.deep.equal({});
    expect(sizeOf('x86_64', 'PAGESIZE=65536\n')).to.deep.equal({});
    expect(sizeOf('arm64', null)).to.deep.equal({});
  });
});
