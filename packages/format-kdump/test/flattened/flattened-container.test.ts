import {
  BufferSource,
  type ByteSource,
  isVmcorekitError,
  type VmcorekitError,
} from '@vmcorekit/core';
import { flattenedContainer } from '@vmcorekit/format-kdump';
import { headOf, propertyRuns } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { buildFlattened, type FlattenedRecord } from './build-flattened.ts';
import { openFlattened } from './open-flattened.ts';

async function errorOf(file: Uint8Array): Promise<VmcorekitError> {
  try {
    await openFlattened(file);
  } catch (error) {
    if (isVmcorekitError(error)) {
      return error;
    }
    throw error;
  }
  throw new Error('nothing was thrown');
}

function all(contents: ByteSource): Uint8Array {
  const bytes = new Uint8Array(contents.sizeInBytes);
  expect(contents.readInto(0, bytes)).to.equal(contents.sizeInBytes);
  return bytes;
}

/** What the records of a file cut at `fileSize` leave, written one after the other. */
function replayed(
  records: readonly FlattenedRecord[],
  fileSize: number = Number.POSITIVE_INFINITY,
): Uint8Array {
  let contents = new Uint8Array(0);
  let at = 4096;
  for (const { offset, bytes } of records) {
    const there = bytes.subarray(0, Math.max(0, fileSize - at - 16));
    if (there.length > 0) {
      const end = Number(offset) + there.length;
      const grown = new Uint8Array(Math.max(contents.length, end));
      grown.set(contents);
      grown.set(there, Number(offset));
      contents = grown;
    }
    at += 16 + bytes.length;
  }
  return contents;
}

const record = (offset: number, ...bytes: number[]): FlattenedRecord => ({
  offset: BigInt(offset),
  bytes: new Uint8Array(bytes),
});

const someRecords: fc.Arbitrary<FlattenedRecord[]> = fc.array(
  fc.record({ offset: fc.bigInt(0n, 120n), bytes: fc.uint8Array({ maxLength: 40 }) }),
  { minLength: 1, maxLength: 25 },
);

describe('flattened container', () => {
  it('claims a file by the name at its head, and nothing else', () => {
    expect(flattenedContainer.probe(headOf(buildFlattened([])))?.because).to.match(/makedumpfile/);
    expect(flattenedContainer.probe(headOf(new Uint8Array(0)))).to.equal(undefined);
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        (head) => flattenedContainer.probe(headOf(head)) === undefined,
      ),
    );
  });

  it('reads what replaying the records would leave, wherever and however much is read', async () => {
    await fc.assert(
      fc.asyncProperty(
        someRecords,
        fc.array(fc.tuple(fc.nat(180), fc.nat(60))),
        async (records, reads) => {
          const wanted = replayed(records);
          fc.pre(wanted.length > 0);
          const { contents, damage } = await openFlattened(buildFlattened(records));
          expect(damage).to.deep.equal([]);
          expect(all(contents)).to.deep.equal(wanted);
          for (const [offset, length] of reads) {
            const target = new Uint8Array(length).fill(0xa5);
            const got = contents.readInto(offset, target);
            expect(target.subarray(0, got)).to.deep.equal(wanted.subarray(offset, offset + length));
            expect(target.subarray(got).every((byte) => byte === 0xa5)).to.equal(true);
          }
        },
      ),
      { numRuns: propertyRuns(100) },
    );
  });

  it('reads everything before a cut, wherever the file is cut', async () => {
    await fc.assert(
      fc.asyncProperty(someRecords, async (records) => {
        const file = buildFlattened(records);
        for (let size = 4096; size < file.length; size++) {
          const wanted = replayed(records, size);
          if (wanted.length === 0) {
            continue;
          }
          const { contents, damage } = await openFlattened(file.subarray(0, size));
          expect(all(contents)).to.deep.equal(wanted);
          expect(damage.map((condition) => condition.name)).to.deep.equal(['flattened-unfinished']);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('names the holes of a cut file as lost, for records may be missing there', async () => {
    const records = [record(0, 1), record(4, 2, 2), record(9, 3), record(1, 4, 4)];
    const whole = buildFlattened(records);
    const lostOf = async (file: Uint8Array) => [
      ...((await openFlattened(file)).contents.lostRanges?.(0, 10) ?? []),
    ];
    expect(await lostOf(whole)).to.deep.equal([]);
    expect(await lostOf(whole.subarray(0, -16))).to.deep.equal([
      { offset: 3, lengthInBytes: 1 },
      { offset: 6, lengthInBytes: 3 },
    ]);
    expect(await lostOf(whole.subarray(0, -17))).to.deep.equal([
      { offset: 2, lengthInBytes: 2 },
      { offset: 6, lengthInBytes: 3 },
    ]);
  });

  it('lets a later record override a part of an earlier one, and reads holes as zero', async () => {
    const { contents } = await openFlattened(
      buildFlattened([record(4, 1, 1, 1, 1), record(10, 2), record(5, 3, 3), record(0, 4)]),
    );
    expect([...all(contents)]).to.deep.equal([4, 0, 0, 0, 1, 3, 3, 1, 0, 0, 2]);
    expect(contents.name).to.equal('flattened(FILE)');
  });

  it('ignores what lies after the end marker', async () => {
    const file = buildFlattened([
      record(0, 1, 2),
      { offset: -1n, bytes: new Uint8Array(0), size: -1n },
      record(0, 9, 9),
    ]);
    expect([...all((await openFlattened(file)).contents)]).to.deep.equal([1, 2]);
  });

  it('says at which offset an unfinished file stops', async () => {
    const { damage } = await openFlattened(
      buildFlattened([record(0, 1, 2, 3), record(3, 4, 5, 6)]).subarray(0, 4096 + 19 + 17),
    );
    expect(damage[0]).to.deep.include({ name: 'flattened-unfinished', fileOffset: 4096 + 19 });
  });

  it('says whether the header of the dump lies before what is cut off or damaged', async () => {
    for (const [start, left] of [
      [0n, 'what lies before is read'],
      [4n, "the dump's header, which such a stream may hold last, is missing"],
    ] as const) {
      const records = [{ offset: start, bytes: new Uint8Array(4) }, record(8, 1, 2)];
      const cut = await openFlattened(buildFlattened(records).subarray(0, -17));
      expect(cut.damage[0]?.detail)
        .to.match(/without an end marker; /)
        .and.include(left);
      const damaged = await openFlattened(
        buildFlattened([...records, { offset: -2n, bytes: new Uint8Array(0) }]),
      );
      expect(damaged.damage[0]?.detail).to.include(left);
    }
  });

  const impossible: Record<string, { offset: bigint; size: bigint }> = {
    'a negative offset': { offset: -2n, size: 4n },
    'a negative size': { offset: 0n, size: -1n },
    'the least number': { offset: -(1n << 63n), size: -(1n << 63n) },
    'an offset of 2^53': { offset: 1n << 53n, size: 4n },
    'an end at 2^53': { offset: (1n << 53n) - 2n, size: 2n },
    'a wrapping end': { offset: (1n << 63n) - 1n, size: (1n << 63n) - 1n },
  };
  for (const [what, { offset, size }] of Object.entries(impossible)) {
    it(`reads what lies before a record with ${what}, and refuses a file that begins with one`, async () => {
      const bad: FlattenedRecord = { offset, size, bytes: new Uint8Array(4) };
      const { contents, damage } = await openFlattened(
        buildFlattened([record(0, 1, 2, 3), bad, record(0, 9)]),
      );
      expect([...all(contents)]).to.deep.equal([1, 2, 3]);
      expect(damage[0]).to.deep.include({ name: 'flattened-damaged', fileOffset: 4096 + 19 });
      // Numbers from 2^53 on were rounded.
      expect(damage[0]?.detail).to.include(`has offset ${offset} and size ${size}; `);
      expect((await errorOf(buildFlattened([bad]))).code).to.equal('malformed');
    });
  }

  it('takes a record longer than the file as cut off', async () => {
    const { contents, damage } = await openFlattened(
      buildFlattened([{ offset: 8n, size: 1n << 52n, bytes: new Uint8Array([7]) }], {
        hasEnd: false,
      }),
    );
    expect([...all(contents)]).to.deep.equal([0, 0, 0, 0, 0, 0, 0, 0, 7]);
    expect(damage[0]?.name).to.equal('flattened-unfinished');
  });

  it('refuses a file that ends before its first record, and an unknown type or version', async () => {
    for (const size of [16, 4095, 4096, 4111]) {
      expect((await errorOf(buildFlattened([record(0, 1)]).subarray(0, size))).code).to.equal(
        'truncated',
      );
    }
    for (const header of [{ type: 2n }, { version: 2n }]) {
      expect((await errorOf(buildFlattened([record(0, 1)], header))).code).to.equal('unsupported');
    }
  });

  it('resolves a quarter of a million overlapping records in bounded time', async () => {
    const count = 1 << 18;
    const bytes = new Uint8Array(16);
    const stairs = Array.from({ length: count }, (_, index) =>
      record((index * 40503) % count, ...bytes.fill(index & 0xff)),
    );
    const { contents } = await openFlattened(buildFlattened(stairs));
    expect(all(contents)).to.deep.equal(replayedInto(stairs, count + 15));
  });

  it('reads large records without reading their bytes', async () => {
    const file = buildFlattened(
      Array.from({ length: 20 }, (_, index) => ({
        offset: BigInt(index) << 20n,
        bytes: new Uint8Array(1 << 20),
      })),
    );
    const inner = new BufferSource(file);
    let bytesRead = 0;
    const { contents } = await openFlattened({
      name: 'counted',
      sizeInBytes: file.length,
      readInto(offset, target) {
        bytesRead += target.length;
        return inner.readInto(offset, target);
      },
      [Symbol.dispose]() {},
    });
    expect(contents.sizeInBytes).to.equal(20 << 20);
    expect(bytesRead).to.be.below(file.length / 8);
  });

  it('closes the file when it is disposed, not when a reader of its contents is', async () => {
    let isDisposed = false;
    const inner = new BufferSource(buildFlattened([record(0, 1)]));
    const opened = await openFlattened({
      name: inner.name,
      sizeInBytes: inner.sizeInBytes,
      readInto: (offset, target) => inner.readInto(offset, target),
      [Symbol.dispose]() {
        isDisposed = true;
      },
    });
    opened.contents[Symbol.dispose]();
    expect(isDisposed).to.equal(false);
    opened.dispose();
    expect(isDisposed).to.equal(true);
  });

  it('stops at endless empty records: a sparse file of terabytes kept it busy for good', async () => {
    const first = buildFlattened([record(0, 1, 2, 3)], { hasEnd: false });
    const file: ByteSource = {
      name: 'SPARSE',
      sizeInBytes: 2 ** 43,
      readInto(offset, target) {
        target.fill(0);
        target.set(
          first.subarray(
            Math.min(offset, first.length),
            Math.min(offset + target.length, first.length),
          ),
        );
        return target.length;
      },
      [Symbol.dispose]() {},
    };
    const { contents, damage } = await openFlattened(file);
    expect(damage.map(({ name }) => name)).to.deep.equal(['flattened-damaged']);
    expect(all(contents)).to.deep.equal(new Uint8Array([1, 2, 3]));
  });
});

function replayedInto(records: readonly FlattenedRecord[], sizeInBytes: number): Uint8Array {
  const contents = new Uint8Array(sizeInBytes);
  for (const { offset, bytes } of records) {
    contents.set(bytes, Number(offset));
  }
  return contents;
}
