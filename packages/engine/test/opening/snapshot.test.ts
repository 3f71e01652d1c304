import { BufferSink, BufferSource, CountingSource } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { FlattenedSink, plugin as kdump } from '@vmcorekit/format-kdump';
import { buildKdump } from '@vmcorekit/testing';
import { expect } from 'chai';

const pages = Array.from({ length: 400 }, (_, pfn) => ({
  pfn,
  bytes: new Uint8Array(4096).fill(pfn + 1),
  isRaw: true,
}));

function flattened(): Uint8Array {
  const output = new BufferSink();
  const sink = new FlattenedSink(output);
  sink.writeAt(0, buildKdump({ pages }).bytes);
  sink.finish();
  return output.bytes.slice();
}

describe('the index of a container', () => {
  const toolkit = createToolkit([kdump]);
  const file = flattened();

  it('can be kept, and given back when the file is opened again', async () => {
    using first = await toolkit.identify(new BufferSource(file));
    const snapshot = first.snapshot();
    const counted = new CountingSource(new BufferSource(file));
    using dump = await toolkit.open(counted, snapshot === undefined ? {} : { snapshot });
    expect(dump.damage).to.deep.equal([]);
    expect(counted.bytesRead).to.be.below(file.length / 2);
    expect(dump.image.memory.read(4096 * 300, 4)).to.deep.equal(new Uint8Array(4).fill(301 & 255));
  });

  it('of another file is refused with damage named, and the file is read without it', async () => {
    using dump = await toolkit.open(new BufferSource(file), { snapshot: new Uint8Array(100) });
    expect(dump.damage).to.have.lengthOf(1);
    expect(dump.damage[0]).to.include({
      name: 'index-not-used',
      detail: 'its index was not used: it is no index of a flattened file',
    });
    expect(dump.image.memory.read(4096 * 300, 4)).to.deep.equal(new Uint8Array(4).fill(301 & 255));
  });

  it('is none of a file without a container', async () => {
    using identified = await toolkit.identify(
      new BufferSource(buildKdump({ pages: pages.slice(0, 2) }).bytes),
    );
    expect(identified.snapshot()).to.equal(undefined);
  });
});
