import { expect } from 'chai';
import fc from 'fast-check';
import { digitRuns } from '../../dist/symbols/kallsyms/token-table.js';

const run = Array.from({ length: 10 }, (_, digit) => [0x30 + digit, 0]).flat();

/** Every place, asked byte by byte. */
function runsByEye(bytes: Uint8Array): number[] {
  return [...bytes.keys()].filter((at) =>
    run.every((byte, index) => at + index < bytes.length && bytes[at + index] === byte),
  );
}

describe('runs of digit tokens', () => {
  it('are found wherever they stand, in memory at any alignment', () => {
    const piece = fc.oneof(
      { weight: 3, arbitrary: fc.constant(run) },
      fc.array(fc.constantFrom(0, 0x2f, 0x30, 0x39, 0x3a, 0xff), { maxLength: 40 }),
      fc.nat(19).map((length) => run.slice(length)),
      fc.nat(19).map((length) => run.slice(0, length)),
    );
    fc.assert(
      fc.property(fc.nat(7), fc.array(piece, { maxLength: 9 }), (skipped, pieces) => {
        const bytes = Uint8Array.from([
          ...Array.from({ length: skipped }, () => 0),
          ...pieces.flat(),
        ]);
        const from = bytes.subarray(skipped);
        expect([...digitRuns(from)]).to.deep.equal(runsByEye(from));
      }),
    );
  });
});
