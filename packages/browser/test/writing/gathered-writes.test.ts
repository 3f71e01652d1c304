import { expect } from 'chai';
import { array, assert, nat, property, record } from 'fast-check';
import { GatheredWrites } from '../../dist/writing/gathered-writes.js';

const blockSizeInBytes = 4 * 1024 * 1024;

describe('GatheredWrites', () => {
  it('passes on one block for writes that follow each other', () => {
    const passed: [number, number][] = [];
    const sink = new GatheredWrites((offset, { length }) => passed.push([offset, length]));
    for (let offset = 0; offset < blockSizeInBytes + 8192; offset += 4096) {
      sink.writeAt(offset, new Uint8Array(4096));
    }
    sink.flush();
    expect(passed).to.deep.equal([
      [0, blockSizeInBytes],
      [blockSizeInBytes, 8192],
    ]);
  });

  it('writes what was written, in any order, also over itself', () => {
    const write = record({ offset: nat(200), length: nat(60), value: nat(255) });
    assert(
      property(array(write, { maxLength: 20 }), (writes) => {
        const expected = new Uint8Array(300);
        const actual = new Uint8Array(300);
        const sink = new GatheredWrites((offset, block) => actual.set(block, offset));
        let end = 0;
        for (const { offset, length, value } of writes) {
          const bytes = new Uint8Array(length).fill(value);
          expected.set(bytes, offset);
          sink.writeAt(offset, bytes);
          bytes.fill(0xee);
          end = Math.max(end, offset + length);
        }
        sink.flush();
        sink.flush();
        expect(actual).to.deep.equal(expected);
        expect(sink.sizeInBytes).to.equal(end);
      }),
    );
  });
});
