import type { ByteSource } from '@vmcorekit/core';
import { buildFirmwareMap, firmwareMapOfPc, ZerosSource } from '@vmcorekit/testing';
import { expect } from 'chai';
import { type OpenedDump, open } from 'vmcorekit';
import { type Fixture, readFixtures } from './support/fixture.ts';
import { RawFile, type RawPatch } from './support/raw-file.ts';

const mib = 2 ** 20;
const gib = 2 ** 30;
const fixtures = readFixtures();

function fixtureNamed(name: string): Fixture {
  const fixture = fixtures.find((each) => each.name === name);
  if (fixture === undefined) {
    throw new Error(`no fixture ${name}`);
  }
  return fixture;
}

/** Searches a fixture's memory, written as a file of RAM, and hands both to a test. */
async function withRaw(
  name: string,
  patches: readonly RawPatch[],
  use: (raw: OpenedDump, fixture: Fixture) => Promise<void>,
): Promise<void> {
  const fixture = fixtureNamed(name);
  using dump = await open(fixture.pathOf('dump.kdump'));
  using raw = await open(new RawFile(dump.image.memory, patches));
  await use(raw, fixture);
}

function listOf(below: number, above: number): RawPatch {
  return { address: 0x9_edb4, bytes: buildFirmwareMap(firmwareMapOfPc(below, above)) };
}

async function expectTruth(raw: OpenedDump, { truth }: Fixture) {
  const { located, verdict } = await raw.locate();
  const [kernel] = truth.kernels;
  expect(verdict.confidence).to.equal('certain');
  expect(located?.physBase ?? null).to.equal(kernel?.physBase);
  expect(located?.release).to.equal(kernel?.release);
  expect(located?.textPhysicalAddress).to.equal(Number(kernel?.textPhysicalAddress));
  return verdict;
}

async function reasonFor(source: ByteSource) {
  using raw = await open(source);
  const { located, reason } = await raw.locate();
  expect(located).to.equal(null);
  return reason;
}

describe('memory without a header', () => {
  it('is read with the hole that the list of the firmware says, its kernel above it', () =>
    withRaw('raw-hole', [listOf(192 * mib, 320 * mib)], async (raw, fixture) => {
      const { memoryLayout } = await expectTruth(raw, fixture);
      expect(memoryLayout?.layout.basis).to.equal('stated');
      expect(memoryLayout?.isProved).to.equal(true);
      expect(memoryLayout?.layout.at).to.deep.equal([{ fileOffset: 0x9_edb4 }]);
      expect(raw.image.memory.ranges).to.deep.equal([
        { start: 0, end: 192 * mib },
        { start: 4 * gib, end: 4 * gib + 320 * mib },
      ]);
    }));

  it('gives no kernel rather than a wrong one where nothing says the place of the hole', () =>
    withRaw('raw-hole', [], async (raw) => {
      const { located, verdict } = await raw.locate();
      expect(located).to.equal(null);
      expect(verdict.reason).to.equal('no-kernel');
    }));

  it('is not misled by a list that says another hole', () =>
    withRaw('raw-hole', [listOf(256 * mib, 256 * mib)], async (raw) => {
      expect((await raw.locate()).located).to.equal(null);
    }));

  it('takes the list through which witnesses see a kernel, if there are several', () => {
    const first = { ...listOf(256 * mib, 256 * mib), address: 0x1_4a60 };
    return withRaw('raw-hole', [first, listOf(192 * mib, 320 * mib)], async (raw, fixture) => {
      const { memoryLayout } = await expectTruth(raw, fixture);
      expect(memoryLayout?.others.map(({ because }) => because)).to.include(
        'no kernel can be seen through it',
      );
    });
  });

  for (const [name, start] of [
    ['trixie-kaslr', 0],
    ['arm64-6.12', 0x4000_0000],
    ['riscv64-6.12', 0x8000_0000],
  ] as const) {
    it(`begins where RAM of that machine does: ${name}`, () =>
      withRaw(name, [], async (raw, fixture) => {
        const { memoryLayout, qualifications } = await expectTruth(raw, fixture);
        // A fixture lacks the kernel's list of memory: there may be a hole after the kernel.
        expect(memoryLayout?.isProved).to.equal(false);
        expect(qualifications.join()).to.contain('where the rest of the memory lies is not proved');
        expect(raw.architecture?.name).to.equal(
          name.replace(/-.*/, '').replace('trixie', 'x86_64'),
        );
        expect(raw.image.memory.ranges[0]?.start).to.equal(start);
      }));
  }

  it('has no kernel where it holds only firmware', async () => {
    using dump = await open(fixtureNamed('firmware-ovmf').pathOf('dump.kdump'));
    expect(await reasonFor(new RawFile(dump.image.memory))).to.equal('no-kernel');
  });

  it('has no kernel where it holds anything', async () => {
    const noise = Uint8Array.from({ length: 4 * mib }, (_, index) => (index * index * 40_503) >> 9);
    const source = new ZerosSource(4 * mib, [{ offset: 0, bytes: noise }]);
    expect(await reasonFor(source)).to.equal('no-kernel');
  });
});
