import { BufferSource, type ByteSink, isVmcorekitError } from '@vmcorekit/core';
import { FlattenedSink } from '@vmcorekit/format-kdump';
import { expect } from 'chai';
import fc from 'fast-check';
import { openFlattened } from './open-flattened.ts';

/** Takes bytes only in order, as a pipe does. */
class Pipe implements ByteSink {
  readonly isSequential: boolean = true;
  readonly parts: Uint8Array[] = [];
  sizeInBytes: number = 0;

  writeAt(offset: number, bytes: Uint8Array): void {
    expect(offset).to.equal(this.sizeInBytes);
    this.parts.push(bytes.slice());
    this.sizeInBytes += bytes.length;
  }
}

describe('FlattenedSink', () => {
  it('writes in order what reads back as was written, later bytes over earlier ones', async () => {
    const write = fc.record({
      offset: fc.nat(300000),
      size: fc.oneof(fc.nat(40), fc.nat(100000)),
      fill: fc.integer({ min: 1, max: 255 }),
      follows: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(write, { minLength: 1, maxLength: 20 }), async (writes) => {
        const pipe = new Pipe();
        const sink = new FlattenedSink(pipe);
        const model = new Uint8Array(3_000_000);
        let end = 0;
        let highest = 0;
        for (const { offset, size, fill, follows } of writes) {
          const at = follows ? end : offset;
          const bytes = new Uint8Array(size).fill(fill);
          sink.writeAt(at, bytes);
          model.set(bytes, at);
          end = at + size;
          highest = size > 0 ? Math.max(highest, end) : highest;
        }
        sink.finish();
        const { contents, damage } = await openFlattened(
          new BufferSource(new Uint8Array(Buffer.concat(pipe.parts))),
        );
        expect(damage).to.deep.equal([]);
        expect(contents.sizeInBytes).to.equal(highest);
        const read = new Uint8Array(highest);
        contents.readInto(0, read);
        expect(Buffer.compare(read, model.subarray(0, highest))).to.equal(0);
      }),
    );
  });

  it('joins writes that follow each other', () => {
    const pipe = new Pipe();
    const sink = new FlattenedSink(pipe);
    for (let index = 0; index < 1000; index++) {
      sink.writeAt(index * 10, new Uint8Array(10));
    }
    sink.finish();
    expect(pipe.sizeInBytes).to.equal(4096 + 16 + 10000 + 16);
  });

  it('refuses what is no offset, and writes after the end', () => {
    const sink = new FlattenedSink(new Pipe());
    for (const offset of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => sink.writeAt(offset, new Uint8Array(1))).to.throw(/no file offset/);
    }
    sink.finish();
    expect(() => sink.writeAt(0, new Uint8Array(1)))
      .to.throw()
      .that.satisfies((error: unknown) => isVmcorekitError(error, 'contract'));
    expect(() => sink.finish()).to.throw(/ended twice/);
  });
});
