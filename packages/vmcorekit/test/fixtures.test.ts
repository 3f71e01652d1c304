import { createHash } from 'node:crypto';
import {
  type Dump,
  imageWith,
  type LocatedKernel,
  QEMU_NOTE_NAME,
  type Verdict,
} from '@vmcorekit/core';
import type { SearchOptions } from '@vmcorekit/engine';
import { FileSource } from '@vmcorekit/node';
import { propertyCases } from '@vmcorekit/testing';
import { expect } from 'chai';
import { createDefaultToolkit } from '../dist/index.js';
import { type Fixture, readFixtures, type TrueKernel } from './support/fixture.ts';
import { untrueFields } from './support/untrue-fields.ts';

/** A search may read as much of what the guest's whole dump stores. */
const maxRead = 0.05;

const toolkit = createDefaultToolkit();
const heuristics = toolkit.registry.all('heuristics').map(({ name }) => name);
const fixtures = readFixtures();

function withoutCpus(dump: Dump): Dump {
  return { ...dump, image: imageWith(dump.image, { notes: [] }), cpus: [] };
}

/** Heuristics that come to a kernel by what a CPU's notes name, and need no search. */
const ledByCpu: readonly string[] = ['cr3-walk', 'lowcore'];

/** What an answer may leave open: what the machine or its kernel does not have. */
function mayBeOpen(
  field: string,
  { physBase, kaslrOffset, pageTableRoot, pagingLevels, symbols }: TrueKernel,
): boolean {
  const lacking = { physBase, kaslrOffset, root: pageTableRoot, pagingLevels };
  return (
    // Nothing looks for the linear map of x86-64, which its tools do not ask for.
    field === 'linearMapOffset' ||
    // Other machines have no proof of it where memory holds one copy of the note.
    (field === 'buildId' && physBase === null) ||
    // Debian's 6.1 for arm64 names no `_text`, and gives the page of the image's header away.
    (field.startsWith('text') && physBase === null && !('_text' in symbols)) ||
    (field in lacking && lacking[field as keyof typeof lacking] === null)
  );
}

function isAt({ imageOffset, textPhysicalAddress }: LocatedKernel, kernel: TrueKernel): boolean {
  const text = BigInt(kernel.textPhysicalAddress);
  return (
    imageOffset === BigInt.asUintN(64, BigInt(kernel.textVirtualAddress) - text) &&
    (textPhysicalAddress === null || BigInt(textPhysicalAddress) === text)
  );
}

/** The whole truth: every field said, and each kernel among the candidates. */
function expectTruth(
  fixture: Fixture,
  dump: Dump,
  verdict: Verdict,
  confidence: Verdict['confidence'] = 'certain',
): void {
  const { kernels, expected } = fixture.truth;
  if (!expected.kernel) {
    expect(verdict.kernel).to.equal(null);
    expect(verdict.confidence).to.equal('none');
    expect(verdict.reason).to.equal('no-kernel');
    return;
  }
  expect(verdict.confidence, verdict.explanation).to.equal(confidence);
  const kernel = verdict.kernel as NonNullable<Verdict['kernel']>;
  expect(untrueFields(kernel, kernels, dump)).to.deep.equal([]);
  const [first] = kernels;
  const open = Object.entries(kernel).flatMap(([field, value]) =>
    value === null && (first === undefined || !mayBeOpen(field, first)) ? [field] : [],
  );
  expect(open).to.deep.equal([]);
  const missed = kernels.filter(
    (wanted) =>
      wanted.role !== 'stale' &&
      !verdict.candidates.some((candidate) => isAt(candidate.kernel, wanted)),
  );
  expect(missed).to.deep.equal([]);
}

async function expectNothingUntrue(
  fixture: Fixture,
  dump: Dump,
  options: SearchOptions,
): Promise<void> {
  const { kernel } = await toolkit.locate(dump, options);
  const untrue = kernel === null ? [] : untrueFields(kernel, fixture.truth.kernels, dump);
  expect(untrue, JSON.stringify(options)).to.deep.equal([]);
}

describe('fixtures, real dumps', () => {
  it('include the case first reported: OVMF and no KASLR', () => {
    const { truth } = fixtures.find(({ name }) => name === 'ovmf-nokaslr') as Fixture;
    expect(truth.kernels.map(({ physBase, kaslrOffset }) => [physBase, kaslrOffset])).to.deep.equal(
      [[0x600000, 0]],
    );
  });

  for (const [turn, fixture] of fixtures.entries()) {
    const { name, truth } = fixture;

    it(`${name}: holds the dumps that its truth names, and the commands that made them`, () => {
      expect(fixture.files).to.have.members(truth.dumps.map(({ file }) => file));
      expect(truth.madeBy).to.have.length.above(0);
    });

    for (const { file } of truth.dumps) {
      describe(`${name}/${file}`, () => {
        let dump: Dump;
        let first: Verdict;

        before(async () => {
          dump = await toolkit.open(new FileSource(fixture.pathOf(file)));
          first = await toolkit.locate(dump);
        });

        after(() => dump[Symbol.dispose]());

        it(truth.expected.kernel ? 'reports the whole truth' : 'has no kernel', () =>
          expectTruth(fixture, dump, first),
        );

        it('says who captured and who wrote it', () => {
          const { capturedBy, writtenBy } = first.origin;
          // QEMU leaves a note of its own on x86 only, and the trimmed file is not QEMU's.
          const isShown = dump.image.notes.some((note) => note.name === QEMU_NOTE_NAME);
          expect({ capturedBy, writtenBy }).to.deep.equal(
            isShown ? truth.origin : { ...truth.origin, capturedBy: 'unknown' },
          );
        });

        if (truth.expected.kernel && truth.storedPagesInWhole !== undefined) {
          it('was searched by few reads, where a CPU leads to the kernel', async () => {
            using fresh = await toolkit.open(new FileSource(fixture.pathOf(file)));
            const { evidence } = await toolkit.locate(fresh);
            const share = evidence.some(({ by }) => ledByCpu.includes(by)) ? maxRead : 1;
            expect(fresh.image.memory.pagesRead).to.be.below(
              (truth.storedPagesInWhole ?? 0) * share,
            );
          });
        }

        it('says the same without the notes of its CPUs', async () => {
          const bare = withoutCpus(dump);
          // Where nothing selects a kernel, a decoy is a sign of another that may be lost.
          expectTruth(
            fixture,
            bare,
            await toolkit.locate(bare),
            name === 'decoys' ? 'probable' : 'certain',
          );
        });

        it('says nothing untrue when all heuristics look', async () => {
          for (const seen of propertyCases([dump, withoutCpus(dump)], 2, turn)) {
            await expectNothingUntrue(fixture, seen, { all: true });
          }
        });

        // Each heuristic sees half of the fixtures, and half of these with CPUs; it sees all with
        // and without them in continuous integration.
        for (const [index, heuristic] of propertyCases([...heuristics.entries()], 2, turn)) {
          it(`says nothing untrue when only ${heuristic} looks`, async () => {
            const other = Math.floor(index / 2) + Math.floor(turn / 2);
            for (const seen of propertyCases([dump, withoutCpus(dump)], 2, other)) {
              await expectNothingUntrue(fixture, seen, { only: [heuristic] });
            }
          });
        }

        if (truth.memory !== undefined) {
          it('holds the memory its guest had, byte for byte', () => {
            const { memory } = dump.image;
            const hashed = memory.ranges.map(({ start, end }) => ({
              start: `0x${start.toString(16)}`,
              end: `0x${end.toString(16)}`,
              sha256: createHash('sha256')
                .update(memory.read(start, end - start))
                .digest('hex'),
            }));
            expect(hashed).to.deep.equal(truth.memory);
          });
        }
      });
    }
  }
});
