import { BufferSink, imageOf, type PhysicalRange, resultOf } from '@vmcorekit/core';
import { RawFormat } from '@vmcorekit/format-raw';
import { openContext, openFormat, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';

const { writer } = new RawFormat();

async function written(memory: SparseMemory) {
  const sink = new BufferSink();
  const image = imageOf({ format: 'test', memory });
  const report = resultOf(await writer.write(image, sink, {}, openContext()));
  return { bytes: sink.bytes, report };
}

function memoryOf(...ranges: readonly PhysicalRange[]): SparseMemory {
  return new SparseMemory({ ranges });
}

describe('writing raw memory', () => {
  it('puts each byte at the offset that is its address', async () => {
    const memory = memoryOf({ start: 0, end: 0x40_0000 });
    memory.write(0x12_3000, Uint8Array.of(1, 2, 3));
    const { bytes, report } = await written(memory);
    expect(bytes.length).to.equal(0x40_0000);
    expect([...bytes.subarray(0x12_2fff, 0x12_3004)]).to.deep.equal([0, 1, 2, 3, 0]);
    expect(report.pagesStored).to.equal(1);
    expect(report.bytesWritten).to.equal(0x40_0000);
    using image = await openFormat(new RawFormat(), [bytes]);
    expect([...image.memory.read(0x12_3000, 3)]).to.deep.equal([1, 2, 3]);
  });

  it('refuses compression, and memory that lies beyond any file', async () => {
    const image = imageOf({ format: 'test', memory: memoryOf({ start: 0, end: 4096 }) });
    const compression = await writer
      .write(image, new BufferSink(), { compression: 'zlib' }, openContext())
      .catch((error: unknown) => error);
    expect(compression).to.have.property('code', 'usage');
    const far = memoryOf({ start: 2 ** 50, end: 2 ** 50 + 4096 });
    const error = await written(far).catch((thrown: unknown) => thrown);
    expect(error).to.have.property('code', 'unsupported');
    expect(String(error)).to.contain('0x4000000001000');
  });

  it('has no place for notes, so a repair is never written so', () => {
    expect(writer.kinds[0]).to.include({ name: 'raw', holdsMemoryAlone: true });
  });
});
