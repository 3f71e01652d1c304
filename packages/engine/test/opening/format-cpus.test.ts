import { x8664 } from '@vmcorekit/architectures';
import {
  BufferSource,
  type DumpFormat,
  definePlugin,
  imageOf,
  inOneStep,
  VmcorekitError,
} from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { prstatusNote, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { bytesOf, claimBy } from './toys.ts';

/** A hypervisor's snapshot: it holds its processors itself, and also a note. */
function snapshotOf(
  cpus: ReturnType<NonNullable<Parameters<typeof imageOf>[0]['cpus']>>,
): DumpFormat {
  return {
    name: 'snapshot',
    summary: 'a snapshot',
    probe: claimBy('SNAP'),
    open: async () =>
      inOneStep(() =>
        imageOf({
          format: 'snapshot',
          architecture: 'x86_64',
          memory: new SparseMemory({ ranges: [{ start: 0, end: 0x1000 }] }),
          notes: [{ ...prstatusNote({ pr_pid: 7 }), fileOffset: 0 }],
          cpus: (architecture) => (architecture?.name === 'x86_64' ? cpus : []),
        }),
      ),
  };
}

describe('a format that holds its processors itself', () => {
  it('gives them with the names of the architecture, and its notes are not asked', async () => {
    const cpus = [
      { pid: null, registers: new Map([['cr3', 0x1000n]]) },
      { pid: 3, registers: new Map([['cr3', 0x2000n]]) },
    ];
    const plugin = definePlugin({
      name: 'test',
      formats: [snapshotOf(cpus)],
      architectures: [x8664],
    });
    using dump = await createToolkit([plugin]).open(new BufferSource(bytesOf('SNAP')));
    expect(dump.cpus).to.deep.equal([
      { index: 0, from: ['format'], ...cpus[0] },
      { index: 1, from: ['format'], ...cpus[1] },
    ]);
  });

  it('opens without CPUs where no architecture knows its machine', async () => {
    const plugin = definePlugin({ name: 'test', formats: [snapshotOf([])] });
    using dump = await createToolkit([plugin]).open(new BufferSource(bytesOf('SNAP')));
    expect([dump.cpus, dump.architecture]).to.deep.equal([[], null]);
  });
});

describe('an architecture that hangs over the notes of CPUs', () => {
  it('costs the CPUs, and is named', async () => {
    const plugin = definePlugin({
      name: 'test',
      formats: [snapshotOf([])],
      architectures: [x8664],
    });
    /** A watchdog that finds the architecture hanging, and nothing else. */
    const guard = <Result>(work: () => Result, milliseconds: number, what: string): Result => {
      if (what === "architecture 'x86_64'") {
        throw new VmcorekitError('timed-out', { what, milliseconds });
      }
      return work();
    };
    const toolkit = createToolkit([plugin], { stepLimit: { limitInMilliseconds: 5000, guard } });
    using dump = await toolkit.open(new BufferSource(bytesOf('SNAP')));
    expect(dump.cpus).to.deep.equal([]);
    expect(dump.damage[0]?.detail).to.equal(
      "the CPUs are unknown: x86_64 failed to read their notes: architecture 'x86_64' ran past its time limit of 5000 ms",
    );
  });
});
