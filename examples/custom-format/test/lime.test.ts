import { plugin as architectures } from '@vmcorekit/architectures';
import { BufferSource, createToolkit, isVmcorekitError } from '@vmcorekit/core';
import { plugin as heuristics } from '@vmcorekit/heuristics';
import { buildLinuxKernel, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { limePlugin } from '../src/lime.ts';

const physBase = 0x600000;
const ranges = [
  { start: 0x2000000, end: 0x2100000 },
  { start: 0x1600000, end: 0x1c00000 },
];

/** A kernel's image and page tables, written the way LiME does; ranges in any order. */
function limeFile(): Uint8Array {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x2400000 }] });
  buildLinuxKernel({
    memory,
    physBase,
    kaslrOffset: 0,
    vmcoreInfoAt: 0x2080000,
    tablesFrom: 0x2000000,
    directMapSizeInBytes: 0x2400000,
  });
  const file = new Uint8Array(ranges.reduce((sum, { start, end }) => sum + 32 + end - start, 0));
  const view = new DataView(file.buffer);
  let at = 0;
  for (const { start, end } of ranges) {
    view.setUint32(at, 0x4c694d45, true);
    view.setUint32(at + 4, 1, true);
    view.setBigUint64(at + 8, BigInt(start), true);
    view.setBigUint64(at + 16, BigInt(end - 1), true);
    memory.readInto(start, file.subarray(at + 32, at + 32 + end - start));
    at += 32 + end - start;
  }
  return file;
}

describe('the LiME example', () => {
  const toolkit = createToolkit([limePlugin, architectures, heuristics]);

  it('finds the kernel in a LiME dump with the heuristics there are', async () => {
    const dump = await toolkit.open(new BufferSource(limeFile()));
    const { kernel, confidence } = await toolkit.locate(dump);
    expect(kernel?.physBase).to.equal(physBase);
    expect(kernel?.kaslrOffset).to.equal(0);
    expect(confidence).to.equal('certain');
    dump[Symbol.dispose]();
  });

  it('refuses a file that ends within a range, and says where', async () => {
    try {
      await toolkit.open(new BufferSource(limeFile().subarray(0, 0x1000)));
    } catch (error) {
      expect(isVmcorekitError(error, 'truncated')).to.equal(true);
      expect((error as Error).message).to.equal('LiME range at 0x20: wanted 1048576 bytes, got 4064');
      return;
    }
    expect.fail('did not throw');
  });
});
