import { BufferSink, BufferSource, type ByteSource, type Dump } from '@vmcorekit/core';
import { createToolkit, type Toolkit } from '@vmcorekit/engine';
import { plugin as formatElf } from '@vmcorekit/format-elf';
import { buildElf, type NoteFields } from '@vmcorekit/testing';
import { expect } from 'chai';
import { createDefaultToolkit } from 'vmcorekit';
import toy64 from '../src/index.ts';
import { linearWindow } from '../src/toy64.ts';

const [oldAt, newAt] = [0x400_0000, 0xa00_0000];
const imageSizeInBytes = 0x8000;
const bannerOf = (release: string): string =>
  `Linux version ${release} (builder@toy) (toycc 1.0) #1 SMP`;

/** An image that begins at a physical address: its header, and its banner in the middle. */
function imageAt(physicalAddress: number, release: string): Uint8Array {
  const image = Buffer.alloc(imageSizeInBytes);
  image.write('TOYKERN');
  image.writeBigUInt64LE(BigInt(imageSizeInBytes), 8);
  image.writeBigUInt64LE(linearWindow.start + BigInt(physicalAddress + 0x4000), 16);
  image.write(`${bannerOf(release)}\n`, 0x4000);
  return image;
}

function cpuAt(pc: bigint): NoteFields {
  const descriptor = Buffer.alloc(16);
  descriptor.writeBigUInt64LE(pc);
  return { name: 'TOY', type: 1, descriptor };
}

/** Two kernels at one image offset, as a kexec leaves them. */
function dumpFile(...cpus: readonly NoteFields[]): ByteSource {
  const { bytes } = buildElf({
    fields: { e_machine: 0x746f },
    segments: [
      { notes: cpus },
      { p_type: 1, p_paddr: oldAt, data: imageAt(oldAt, '6.1.0-old') },
      { p_type: 1, p_paddr: newAt, data: imageAt(newAt, '6.9.1-new') },
    ],
  });
  return new BufferSource(bytes, 'toy.elf');
}

const inText = (physicalAddress: number): bigint =>
  linearWindow.start + BigInt(physicalAddress + 0x100);

describe('the toy64 example', () => {
  const toolkits: readonly (readonly [string, Toolkit])[] = [
    ['alone', createToolkit([formatElf, toy64])],
    ['beside the default plug-ins', createDefaultToolkit([toy64])],
  ];
  for (const [title, toolkit] of toolkits) {
    describe(title, () => {
      const open = (...cpus: readonly NoteFields[]): Promise<Dump> =>
        toolkit.open(dumpFile(...cpus));

      it('shows the machine and its CPUs', async () => {
        using dump = await open(cpuAt(inText(newAt)), cpuAt(0x1000n));
        expect(dump.image.architecture).to.equal('toy64');
        expect(dump.cpus.map(({ from, registers }) => [from, registers.get('pc')])).to.deep.equal([
          [['toy'], inText(newAt)],
          [['toy'], 0x1000n],
        ]);
      });

      for (const [running, other] of [
        [newAt, oldAt],
        [oldAt, newAt],
      ] as const) {
        it(`chooses the kernel at 0x${running.toString(16)}, which a CPU runs`, async () => {
          using dump = await open(cpuAt(inText(running)));
          const { kernel, confidence, candidates } = await toolkit.locate(dump);
          expect(confidence).to.equal('certain');
          expect(kernel).to.include({
            imageOffset: linearWindow.start,
            textPhysicalAddress: running,
            // Nothing says that a kernel of toy64 captures no other one.
            role: 'unknown',
            release: running === newAt ? '6.9.1-new' : '6.1.0-old',
          });
          const others = candidates.filter(
            (candidate) => candidate.kernel.textPhysicalAddress !== running,
          );
          expect(others).to.have.length(1);
          expect(others[0]).to.include({ confidence: 'certain', isReachedByCpu: false });
          expect(others[0]?.kernel).to.include({
            imageOffset: linearWindow.start,
            textPhysicalAddress: other,
            role: 'unknown',
          });
        });
      }

      it('does not choose where no CPU is known, nor where each is run by one', async () => {
        for (const cpus of [[], [cpuAt(inText(oldAt)), cpuAt(inText(newAt))]]) {
          using dump = await open(...cpus);
          const { kernel, confidence, candidates } = await toolkit.locate(dump);
          expect([kernel, confidence]).to.deep.equal([null, 'ambiguous']);
          expect(
            candidates.map(({ kernel: { textPhysicalAddress, release } }) => [
              textPhysicalAddress,
              release,
            ]),
          ).to.deep.equal([
            [oldAt, '6.1.0-old'],
            [newAt, '6.9.1-new'],
          ]);
        }
      });

      it('does not take a CPU elsewhere in the window for one that runs either', async () => {
        using dump = await open(cpuAt(linearWindow.start));
        const { confidence, candidates } = await toolkit.locate(dump);
        expect(confidence).to.equal('ambiguous');
        expect(candidates.map(({ kernel: { role } }) => role)).to.deep.equal(['stale', 'stale']);
      });

      it('does not let the offset alone, which both share, name one of them', async () => {
        using dump = await open();
        const told = { imageOffset: linearWindow.start };
        const { confidence, candidates, evidence } = await toolkit.locate(dump, { told });
        expect([confidence, candidates.length]).to.deep.equal(['ambiguous', 2]);
        expect(evidence.filter(({ by }) => by === 'told')).to.have.length(1);
      });

      it('opens the kernel, and reads its memory through the window', async () => {
        using dump = await open(cpuAt(inText(newAt)));
        const kernel = await toolkit.openKernel(dump, await toolkit.locate(dump));
        expect(kernel?.memory.readText(linearWindow.start + BigInt(newAt + 0x4000))).to.equal(
          `${bannerOf('6.9.1-new')}\n`,
        );
      });
    });
  }

  it('is toy64 in files of other formats too, to which it is converted and back', async () => {
    const toolkit = createDefaultToolkit([toy64]);
    using dump = await toolkit.open(dumpFile(cpuAt(inText(newAt))));
    const [kdump, elf] = [new BufferSink(), new BufferSink()];
    await toolkit.write(dump.image, 'kdump', kdump);
    using asKdump = await toolkit.open(new BufferSource(kdump.bytes));
    await toolkit.write(asKdump.image, 'elf', elf);
    using asElf = await toolkit.open(new BufferSource(elf.bytes));
    for (const { image } of [asKdump, asElf]) {
      expect(image.architecture).to.equal('toy64');
    }
    expect((await toolkit.locate(asElf)).kernel).to.include({
      textPhysicalAddress: newAt,
      role: 'unknown',
    });
  });
});
