import { plugin } from '@vmcorekit/architectures';
import { ArchitectureTable, imageOf, isVmcorekitError } from '@vmcorekit/core';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { machineToWrite, utsnameOn } from '../../dist/library/repairing/machine-to-write.js';

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
      const ask = () => machineToWrite({ architectures }, dump, { wordSizeInBits: kernelBits });
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
