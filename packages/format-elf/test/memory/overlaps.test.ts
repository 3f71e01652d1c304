import { isVmcorekitError } from '@vmcorekit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { openElf, pattern } from '../opened.ts';

const space = 0x3000;

describe('overlapping segments', () => {
  it('read byte for byte as a model that asks every segment in turn', async () => {
    const segment = fc.record({
      start: fc.integer({ min: 0, max: 0x1fff }),
      fileSize: fc.integer({ min: 0, max: 0x900 }),
      tail: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0x700 })),
    });
    const reads = fc.array(fc.tuple(fc.nat(space - 1), fc.integer({ min: 1, max: 0x800 })), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(segment, { minLength: 2, maxLength: 9 }),
        reads,
        async (segments, wanted) => {
          const model = new Int16Array(space + 0x1000).fill(-1);
          const filled = segments.map((each, index) => ({
            ...each,
            data: pattern(each.fileSize, index),
          }));
          for (const { start, fileSize, tail } of filled.toReversed()) {
            model.fill(0, start + fileSize, start + fileSize + tail);
          }
          for (const { start, data } of filled.toReversed()) {
            model.set(data, start);
          }
          const image = await openElf({
            segments: [
              { p_paddr: 0x10_0000, data: pattern(16, 0) },
              ...filled.map(({ start, fileSize, tail, data }) => ({
                p_paddr: start,
                p_memsz: fileSize + tail,
                data,
              })),
            ],
          });
          for (const [address, length] of wanted) {
            const truth = model.subarray(address, address + length);
            const missing = truth.indexOf(-1);
            try {
              const got = image.memory.read(address, length);
              expect(missing).to.equal(-1);
              expect([...got]).to.deep.equal([...truth]);
            } catch (error) {
              if (!isVmcorekitError(error, 'page-unreadable')) {
                throw error;
              }
              expect(error.facts.physicalAddress).to.equal(address + missing);
              expect(error.facts.state).to.equal('absent');
            }
          }
          for (const { start, end } of image.memory.storedRuns(0, space)) {
            expect([...image.memory.read(start, end - start)]).to.deep.equal([
              ...model.subarray(start, end),
            ]);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
