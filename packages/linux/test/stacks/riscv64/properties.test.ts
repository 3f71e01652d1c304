import { expect } from 'chai';
import fc from 'fast-check';
import { code, onStack, trace } from './riscv64-kernel.ts';

const halves = fc.array(fc.nat({ max: 0xffff }), { minLength: 1, maxLength: 64 });
/** Words of a stack: addresses of code and of the stack, and others. */
const word = fc.oneof(
  fc.nat({ max: 0xffff }).map((offset) => code('_stext', offset)),
  fc.nat({ max: 0x800 }).map((distance) => onStack(8 * distance)),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
);

describe('stacks of riscv64', () => {
  it('never throw and always end, whatever code and stack hold', () => {
    fc.assert(
      fc.property(
        halves,
        fc.nat({ max: 63 }),
        fc.array(word, { minLength: 64, maxLength: 64 }),
        fc.tuple(word, word, word),
        (instructions, index, stack, [ra, sp, s0]) => {
          const words = Object.fromEntries(
            stack.map((each, place) => [String(onStack(8 * (place + 100))), each]),
          );
          const fields = { words, instructions: { [String(code('leaf'))]: instructions } };
          const { frames, end } = trace(fields, { pc: code('leaf', 2 * index), ra, sp, s0 }, true);
          expect(frames.length).to.be.within(1, 512);
          expect(end.reason).to.be.a('string');
        },
      ),
      { numRuns: 200 },
    );
  });
});
