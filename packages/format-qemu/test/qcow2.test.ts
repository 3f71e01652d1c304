import { BufferSource, isVmcorekitError } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { plugin, qcow2Container } from '@vmcorekit/format-qemu';
import {
  buildQcow2,
  buildQemuStream,
  describeContainer,
  headOf,
  openContainer,
  type Qcow2Spec,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { pattern } from './pattern.ts';

const toolkit = createToolkit([plugin]);
const block = 'pc.ram';
const stateOf = (seed: number) =>
  buildQemuStream({
    blocks: [{ name: block, sizeInBytes: 0x4000 }],
    parts: [[{ block, offset: 0x1000, page: pattern(seed) }]],
    devices: [],
  });
const extendedL2 = 16;
const one = { id: '1', name: 'first', state: stateOf(1) };
const two = { id: '2', name: 'second', state: stateOf(2) };
const ofDisk = { id: '3', name: 'disk' };

describeContainer(qcow2Container, {
  cases: [
    {
      title: 'one snapshot with a state',
      file: buildQcow2({ snapshots: [one, ofDisk] }),
      holds: { first: one.state },
    },
    {
      title: 'of several, in clusters of 512 bytes',
      file: buildQcow2({ snapshots: [one, two], clusterBits: 9, version: 2 }),
      holds: { first: one.state, second: two.state },
    },
    {
      title: 'with subclusters',
      file: buildQcow2({ snapshots: [one], clusterBits: 14, incompatibleFeatures: extendedL2 }),
      holds: { first: one.state },
    },
  ],
});

async function failureOf(spec: Qcow2Spec | Uint8Array): Promise<string> {
  const file = spec instanceof Uint8Array ? spec : buildQcow2(spec);
  return openContainer(qcow2Container, file).then(
    () => 'opened',
    (error: unknown) => (isVmcorekitError(error) ? `${error.code}: ${error.message}` : 'another'),
  );
}

describe('snapshots in a qcow2 file', () => {
  const open = (spec: Qcow2Spec, entry?: string) =>
    toolkit.open(new BufferSource(buildQcow2(spec), 'disk.qcow2'), { entry });

  it('are opened by name, by ID, and without one where a single one has a state', async () => {
    const snapshots = [one, two, ofDisk];
    for (const [entry, seed] of [
      ['first', 1],
      ['2', 2],
    ] as const) {
      using dump = await open({ snapshots }, entry);
      expect(dump.image.memory.read(0x1000, 0x1000)).to.deep.equal(pattern(seed));
      expect(dump.container).to.equal('qcow2');
    }
    using dump = await open({ snapshots: [two, ofDisk] });
    expect(dump.image.memory.read(0x1000, 0x1000)).to.deep.equal(pattern(2));
  });

  it('are listed where several have a state and none is named', async () => {
    const message = await open({ snapshots: [one, two] }).then(
      () => 'opened',
      (error: unknown) => String(error),
    );
    expect(message).to.include('FILE//ENTRY (first, second)');
  });

  it('have their ID in their name where they share it', async () => {
    const snapshots = [one, { ...two, name: 'first' }];
    using contents = await openContainer(qcow2Container, buildQcow2({ snapshots }));
    expect(contents.entries.map(({ name }) => name)).to.deep.equal(['first (1)', 'first (2)']);
  });

  it('may be none: then the disk is claimed by its name alone', async () => {
    const disk = buildQcow2({ snapshots: [] });
    expect(qcow2Container.probe(headOf(disk))?.strength).to.equal('name-only');
    expect(await failureOf(disk)).to.match(/^unsupported: a QEMU disk image \(qcow2\), not a dump/);
    expect(await failureOf(disk.subarray(0, 8))).to.match(/^unsupported: .* not a dump/);
  });

  it('are refused by name where encrypted, elsewhere, compressed or of the disk', async () => {
    expect(await failureOf({ snapshots: [ofDisk] })).to.match(/^unsupported: .* hold no memory/);
    expect(await failureOf({ snapshots: [one], cryptMethod: 2 })).to.match(/encrypted/);
    expect(await failureOf({ snapshots: [one], incompatibleFeatures: 4 })).to.match(/another file/);
    expect(await failureOf({ snapshots: [one], incompatibleFeatures: 64 })).to.match(/features 64/);
    expect(await failureOf({ snapshots: [one], entryFlags: 1n << 62n })).to.match(/compressed/);
    expect(await failureOf({ snapshots: [one], version: 4 })).to.match(/version 4/);
  });

  it('are read where the image is marked as corrupt, and that is reported', async () => {
    using dump = await open({ snapshots: [one], incompatibleFeatures: 2 });
    expect(dump.damage.map(({ name }) => name)).to.deep.equal(['marked-corrupt']);
  });

  it('end where the file was cut, and what is lost is reported', async () => {
    const file = buildQcow2({ snapshots: [one] });
    // Clusters lie in reverse order, and the tables last: only a moved one can lie beyond.
    const moved = file.slice();
    const view = new DataView(moved.buffer);
    const l2 = [1, 2, 3, 4, 5]
      .map((index) => index * 4096)
      .find((at) => view.getUint32(at) === 2 ** 31);
    view.setBigUint64((l2 ?? 0) + 8, BigInt(Math.ceil(file.length / 512) * 512));
    using contents = await openContainer(qcow2Container, moved);
    expect(contents.damage.map(({ name }) => name)).to.deep.equal(['file-truncated']);
    expect(contents.entries[0]?.sizeInBytes).to.be.lessThan(one.state.length);
  });

  // It was called '36028797018963970, 65536' at 0x0.
  it('show the offset of a table beyond 2^53 exactly, and where it stands', async () => {
    const file = buildQcow2({ snapshots: [one] });
    const view = new DataView(file.buffer);
    // The L1 table begins with one entry for the disk; that of the state follows.
    const tableAt = Number(view.getBigUint64(Number(view.getBigUint64(64))));
    view.setBigUint64(tableAt + 8, (1n << 63n) | (1n << 55n) | 512n);
    expect(await failureOf(file)).to.equal(
      `malformed: L1 table at 0x${(tableAt + 8).toString(16)}: offset in entry 1 is 0x80000000000200, wanted below 0x${file.length.toString(16)}, where the file ends`,
    );
  });

  it('cannot map more than the file has, whatever the tables say', async () => {
    const file = buildQcow2({
      snapshots: [{ ...one, state: pattern(1, 600 * 512) }],
      clusterBits: 9,
    });
    const view = new DataView(file.buffer);
    for (let at = 512; at + 8 <= file.length; at += 8) {
      if (view.getUint32(at) === 2 ** 31) {
        view.setUint32(at + 4, 512);
      }
    }
    expect(await failureOf(file)).to.match(/^(malformed|truncated|unsupported|opened)/);
  });

  it('give the state back, whatever its size, its clusters and its zeros', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40_000 }),
        fc.integer({ min: 9, max: 13 }),
        fc.array(fc.nat(40), { maxLength: 20 }),
        async (size, clusterBits, holes) => {
          const state = pattern(3, size);
          for (const hole of holes) {
            state.fill(0, hole * 1024, (hole + 1) * 1024);
          }
          const file = buildQcow2({ snapshots: [{ ...one, state }], clusterBits });
          using contents = await openContainer(qcow2Container, file);
          const [entry] = contents.entries;
          if (entry === undefined) {
            throw new Error('no entry');
          }
          const got = new Uint8Array(size);
          expect(contents.open(entry).readInto(0, got)).to.equal(size);
          expect(Buffer.compare(got, state)).to.equal(0);
        },
      ),
      { numRuns: 60 },
    ));
});
