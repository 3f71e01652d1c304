import { BufferSource, type DumpImage } from '@vmcorekit/core';
import { buildHibernation, type HibernationSpec } from '@vmcorekit/testing';
import { expect } from 'chai';
import { type OpenedDump, open } from 'vmcorekit';
import { type Fixture, readFixtures, type TrueKernel } from './support/fixture.ts';

const imageMapStart = 0xffffffff80000000n;

/** The memory of a real guest, as a hibernated one would have written it. */
function hibernated({ memory }: DumpImage, info: HibernationSpec['info'] = {}): BufferSource {
  const pages: HibernationSpec['pages'][number][] = [];
  for (const { start, end } of memory.storedRuns()) {
    for (let address = start; address < end; address += 4096) {
      pages.push({ pfn: address / 4096, data: memory.read(address, 4096) });
    }
  }
  return new BufferSource(buildHibernation({ pages, info }), 'swap');
}

/** The pair of addresses that a kernel of this phys_base is entered at. */
function enteredAt({ textVirtualAddress }: TrueKernel, physBase: number) {
  const jump_address = BigInt(textVirtualAddress) + 0xa45010n;
  return {
    jump_address,
    jump_address_phys: jump_address - imageMapStart + BigInt(physBase),
  };
}

async function withHibernated(
  name: string,
  infoOf: (kernel: TrueKernel) => HibernationSpec['info'],
  use: (swap: OpenedDump, kernel: TrueKernel) => Promise<void>,
): Promise<void> {
  const fixture = readFixtures().find((each) => each.name === name) as Fixture;
  const [kernel] = fixture.truth.kernels as [TrueKernel];
  using dump = await open(fixture.pathOf('dump.kdump'));
  using swap = await open(hibernated(dump.image, infoOf(kernel)));
  await use(swap, kernel);
}

describe('hibernated kernels', () => {
  for (const name of ['ovmf-nokaslr', 'seabios-kaslr-pti', 'trixie-kaslr', 'la57']) {
    it(`are found by the addresses in their header: ${name}`, () =>
      withHibernated(
        name,
        (kernel) => enteredAt(kernel, kernel.physBase ?? 0),
        async (swap, kernel) => {
          const { located, verdict } = await swap.locate();
          expect(verdict.confidence).to.equal('certain');
          expect(located?.physBase).to.equal(kernel.physBase);
          expect(located?.release).to.equal(kernel.release);
          expect(verdict.origin.writtenBy).to.equal('linux');
          expect(verdict.evidence.map(({ by, strength }) => `${by} ${strength}`)).to.include(
            'header-value strong',
          );
        },
      ));
  }

  it('are not moved by a header that states another place', () =>
    withHibernated(
      'trixie-kaslr',
      (kernel) => enteredAt(kernel, (kernel.physBase ?? 0) + 0x200000),
      async (swap, kernel) => {
        const { located, verdict } = await swap.locate();
        expect(located?.physBase ?? kernel.physBase).to.equal(kernel.physBase);
        expect(verdict.candidates.map((each) => each.kernel.physBase)).to.include(kernel.physBase);
        expect(verdict.confidence).to.equal('probable');
        expect(verdict.contradictions.map(({ by }) => by)).to.deep.equal(['header-value']);
      },
    ));

  it('are found by their memory where the header states no place', () =>
    withHibernated(
      'trixie-kaslr',
      () => ({ jump_address: 0n }),
      async (swap, kernel) => {
        expect((await swap.locate()).located?.physBase).to.equal(kernel.physBase);
      },
    ));
});
