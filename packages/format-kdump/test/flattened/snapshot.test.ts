import { BufferSource, isVmcorekitError } from '@vmcorekit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { buildFlattened, type FlattenedRecord } from './build-flattened.ts';
import { type OpenedFlattened, openFlattened } from './open-flattened.ts';

const someRecords: fc.Arbitrary<FlattenedRecord[]> = fc.array(
  fc.record({ offset: fc.bigInt(0n, 300n), bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
  { minLength: 1, maxLength: 25 },
);

function all({ contents }: OpenedFlattened): Uint8Array {
  const bytes = new Uint8Array(contents.sizeInBytes);
  expect(contents.readInto(0, bytes)).to.equal(contents.sizeInBytes);
  return bytes;
}

async function snapshotOf(file: Uint8Array): Promise<Uint8Array> {
  return (await openFlattened(file)).snapshot() ?? new Uint8Array(0);
}

/** Records as QEMU writes them: descriptors and pages by turns. */
function qemuLike(count: number, size: number = 64): Uint8Array {
  return buildFlattened(
    Array.from({ length: count }, (_, index) => ({
      offset: BigInt(index % 16 === 0 ? index * 5 : 0x1_0000 + index * size),
      bytes: new Uint8Array(index % 16 === 0 ? 80 : size),
    })),
  );
}

/** So much of the begin of a file, and of its end, is compared with an index before use. */
const startInBytes = 256 * 1024;
const tailInBytes = 64 * 1024;

/** Records between a first and a last one that take up what is compared before use. */
function between(records: readonly FlattenedRecord[]): FlattenedRecord[] {
  const far = BigInt(startInBytes);
  return [
    { offset: 0n, bytes: new Uint8Array(startInBytes) },
    ...records.map(({ offset, bytes }) => ({ offset: far + offset, bytes })),
    { offset: far + 1000n, bytes: new Uint8Array(tailInBytes) },
  ];
}

describe('an index that is kept of a flattened file', () => {
  it('gives the same contents, whatever the records, and gives itself again', async () => {
    await fc.assert(
      fc.asyncProperty(someRecords, async (records) => {
        const file = buildFlattened(records);
        const fresh = await openFlattened(file);
        const snapshot = fresh.snapshot();
        expect(snapshot).to.not.equal(undefined);
        const again = await openFlattened(file, snapshot ?? null);
        expect(again.damage).to.deep.equal([]);
        expect(all(again)).to.deep.equal(all(fresh));
        expect(again.snapshot()).to.deep.equal(snapshot);
      }),
    );
  });

  it('takes some four bytes a record, and no reading of records', async () => {
    const file = qemuLike(2000, 1024);
    const snapshot = await snapshotOf(file);
    expect(snapshot.length).to.be.below(44 + 5 * 2000);
    let bytesRead = 0;
    const inner = new BufferSource(file);
    const { contents } = await openFlattened(
      {
        name: 'counted',
        sizeInBytes: file.length,
        readInto(offset, target) {
          bytesRead += target.length;
          return inner.readInto(offset, target);
        },
        [Symbol.dispose]() {},
      },
      snapshot,
    );
    const opened = 4096 + startInBytes + tailInBytes + 16 + 16;
    expect(bytesRead).to.equal(opened);
    contents.readInto(0x1_0000 + 1025 * 1024, new Uint8Array(80));
    contents.readInto(0x1_0000 + 1025 * 1024, new Uint8Array(80));
    expect(bytesRead).to.equal(opened + 16 + 80 + 80);
  });

  it('that is damaged anywhere is not used, and named', async () => {
    const file = qemuLike(30);
    const snapshot = await snapshotOf(file);
    const expected = all(await openFlattened(file));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(snapshot.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, change) => {
          const damaged = snapshot.slice();
          damaged[at] = (damaged[at] ?? 0) ^ change;
          const opened = await openFlattened(file, damaged);
          expect(opened.damage.map(({ name }) => name)).to.deep.equal(['index-not-used']);
          expect(all(opened)).to.deep.equal(expected);
        },
      ),
    );
    for (const cut of [new Uint8Array(0), snapshot.subarray(0, 39), snapshot.subarray(0, -1)]) {
      expect((await openFlattened(file, cut)).damage).to.have.lengthOf(1);
    }
  });

  it('of a file that has another size or end is not used, and named', async () => {
    const file = qemuLike(30);
    const snapshot = await snapshotOf(file);
    const longer = qemuLike(31);
    const cut = file.slice();
    cut.fill(0, -16);
    for (const [other, names, because] of [
      [
        longer,
        ['index-not-used'],
        `its index was not used: it is of a file of ${file.length} bytes`,
      ],
      [
        cut,
        ['index-not-used', 'flattened-unfinished'],
        'its index was not used: the file begins or ends with other bytes',
      ],
    ] as const) {
      const opened = await openFlattened(other, snapshot);
      expect(opened.damage.map(({ name }) => name)).to.deep.equal(names);
      expect(opened.damage[0]?.detail).to.include(because);
      expect(all(opened)).to.deep.equal(all(await openFlattened(other)));
    }
  });

  it('of another file of the same size reads right or is refused, where all is read', async () => {
    const changed = fc.tuple(
      someRecords,
      fc.nat(24),
      fc.constantFrom(6, 7, 14, 15),
      fc.integer({ min: 1, max: 255 }),
    );
    await fc.assert(
      fc.asyncProperty(changed, async ([records, which, at, change]) => {
        const placed = between(records);
        const file = buildFlattened(placed);
        const snapshot = await snapshotOf(file);
        const other = file.slice();
        const place = headPlaces(placed)[1 + (which % records.length)] ?? 0;
        other[place + at] = (other[place + at] ?? 0) ^ change;
        const outcome = async (kept: Uint8Array | null): Promise<Uint8Array | string> => {
          try {
            const opened = await openFlattened(other, kept);
            return opened.contents.sizeInBytes > 1_000_000 ? 'too large to read' : all(opened);
          } catch (error) {
            if (isVmcorekitError(error)) {
              return error.code;
            }
            throw error;
          }
        };
        const [fresh, kept] = [await outcome(null), await outcome(snapshot)];
        expect(kept === 'io' ? kept : fresh).to.deep.equal(kept);
      }),
      { numRuns: 500 },
    );
  });

  it('is caught at the first use of a replaced record, and still reads earlier ones', async () => {
    const records = between([
      { offset: 0n, bytes: new Uint8Array(80) },
      { offset: 80n, bytes: new Uint8Array(80) },
    ]);
    const file = buildFlattened(records);
    const snapshot = await snapshotOf(file);
    const place = headPlaces(records)[2] ?? 0;
    file.fill(7, place + 6, place + 8);
    const { contents, damage } = await openFlattened(file, snapshot);
    expect(damage).to.deep.equal([]);
    expect(contents.readInto(startInBytes, new Uint8Array(80))).to.equal(80);
    expect(() => contents.readInto(startInBytes + 80, new Uint8Array(1))).to.throw(
      `FILE: has another record at 0x${place.toString(16)} than its index says: make a new one`,
    );
  });

  it('that hides a record, for it to read as zeros, is caught where the hole is read', async () => {
    const records = [1, 2, 3].map((value) => ({
      offset: BigInt(80 * value),
      bytes: new Uint8Array(80).fill(value),
    }));
    const hiding = records.with(1, { offset: 500n, bytes: new Uint8Array(80) });
    const forged = await snapshotOf(buildFlattened(between(hiding)));
    const { contents, damage } = await openFlattened(buildFlattened(between(records)), forged);
    expect(damage).to.deep.equal([]);
    expect(contents.readInto(startInBytes + 80, new Uint8Array(80))).to.equal(80);
    expect(() => contents.readInto(startInBytes + 160, new Uint8Array(1))).to.throw(
      'than its index says',
    );
  });

  it('that is false where the file begins or ends is not used', async () => {
    const records = between([{ offset: 0n, bytes: new Uint8Array(80) }]);
    for (const which of [0, 2]) {
      const { offset = 0n, bytes = new Uint8Array(0) } = records[which] ?? {};
      const moved = buildFlattened(records.with(which, { offset: offset + 1n, bytes }));
      const { damage } = await openFlattened(buildFlattened(records), await snapshotOf(moved));
      expect(damage.map(({ name }) => name)).to.deep.equal(['index-not-used']);
    }
  });

  it('is not there of a file that is not whole, nor of one with empty records', async () => {
    expect((await openFlattened(qemuLike(30).subarray(0, -40))).snapshot()).to.equal(undefined);
    const one = { offset: 0n, bytes: new Uint8Array(3) };
    expect((await openFlattened(buildFlattened([one]))).snapshot()).to.not.equal(undefined);
    expect(
      (
        await openFlattened(buildFlattened([one, { offset: 9n, bytes: new Uint8Array(0) }]))
      ).snapshot(),
    ).to.equal(undefined);
  });
});

function headPlaces(records: readonly FlattenedRecord[]): number[] {
  const places: number[] = [];
  let at = 4096;
  for (const { bytes } of records) {
    places.push(at);
    at += 16 + bytes.length;
  }
  return places;
}
