import { compareSignatures, signatureOf } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';

const panic = 'Kernel panic - not syncing: ';
const nullPointer = 'BUG: kernel NULL pointer dereference, address: 0000000000000008';
const pageFault = 'BUG: unable to handle page fault for address: ffffc90000123000';

function oops(line: string, ...functions: readonly string[]) {
  const found = functions.length === 0 ? null : { functions, from: 'stack' as const };
  return signatureOf({ text: `${panic}Fatal exception`, oops: [line] }, found);
}

function plain(line: string, ...functions: readonly string[]) {
  const found = functions.length === 0 ? null : { functions, from: 'stack' as const };
  return signatureOf({ text: panic + line, oops: [] }, found);
}

const path = ['a', 'b', 'c', 'd', 'e'] as const;

describe('compareSignatures', () => {
  const table = [
    {
      of: 'two crashes of one signature',
      pair: [oops(nullPointer, ...path), oops(nullPointer, ...path)],
      score: 1,
      reasons: [
        'same signature',
        'same function at the top: a',
        '5 of 5 functions equal, in this order',
      ],
    },
    {
      of: 'a path without the function that a compiler put into its caller',
      pair: [oops(nullPointer, ...path), oops(nullPointer, 'a', 'c', 'd', 'e')],
      score: 0.87,
      reasons: [
        'same function at the top: a',
        '4 of 5 functions equal, in this order',
        'same kind: null-pointer',
        'same message: NULL pointer dereference',
      ],
    },
    {
      of: 'the same path that faults in another way',
      pair: [oops(nullPointer, ...path), oops(pageFault, ...path)],
      score: 0.6,
      reasons: [
        'same function at the top: a',
        '5 of 5 functions equal, in this order',
        'other kind: null-pointer, page-fault',
        'other message: NULL pointer dereference, page fault',
      ],
    },
    {
      of: 'the same callers of another function',
      pair: [oops(nullPointer, 'x', 'b', 'c'), oops(nullPointer, 'y', 'b', 'c')],
      score: 0.67,
      reasons: [
        'other function at the top: x, y',
        '2 of 3 functions equal, in this order',
        'same kind: null-pointer',
        'same message: NULL pointer dereference',
      ],
    },
    {
      of: 'two crashes with only their kind in common',
      pair: [oops(nullPointer, 'a', 'b'), oops(nullPointer, 'c', 'd')],
      score: 0.4,
      reasons: [
        'other function at the top: a, c',
        '0 of 2 functions equal, in this order',
        'same kind: null-pointer',
        'same message: NULL pointer dereference',
      ],
    },
    {
      of: 'a crash whose stack is not known',
      pair: [oops(nullPointer, 'a'), oops(nullPointer)],
      score: 0.4,
      reasons: [
        'the stack of one is not known',
        'same kind: null-pointer',
        'same message: NULL pointer dereference',
      ],
    },
    {
      of: 'two of which no stack is known',
      pair: [oops(nullPointer), oops(nullPointer)],
      score: 0.4,
      reasons: [
        'the stack of one is not known',
        'same kind: null-pointer',
        'same message: NULL pointer dereference',
      ],
    },
    {
      of: 'two that need no stack',
      pair: [plain('NMI: Not continuing'), plain('NMI IOCK error: Not continuing')],
      score: 0.3,
      reasons: [
        'same kind: nmi',
        'other message: NMI: Not continuing, NMI IOCK error: Not continuing',
      ],
    },
    {
      of: 'two with nothing in common',
      pair: [plain('sysrq triggered crash', 'a'), oops(nullPointer, 'b')],
      score: 0,
      reasons: [
        'other function at the top: a, b',
        '0 of 1 functions equal, in this order',
        'other kind: sysrq, null-pointer',
        'other message: sysrq triggered crash, NULL pointer dereference',
      ],
    },
  ] as const;
  for (const { of, pair, score, reasons } of table) {
    it(`gives ${score} for ${of}`, () => {
      expect(compareSignatures(...pair)).to.deep.equal({ score, reasons });
    });
  }

  it('says that another version of the rules made one', () => {
    const one = oops(nullPointer, 'a');
    const { reasons } = compareSignatures(one, { ...one, scheme: 2, text: 'other' });
    expect(reasons.at(-1)).to.equal('made by schemes 1 and 2, which may name functions otherwise');
  });

  it('does not depend on the order, and is 1 for whole signatures of one hash only', () => {
    const name = fc.constantFrom(...path);
    const line = fc.constantFrom(nullPointer, pageFault, 'divide error: 0000 [#1]');
    const signature = fc
      .tuple(line, fc.array(name, { maxLength: 5 }))
      .map(([text, names]) => oops(text, ...names));
    fc.assert(
      fc.property(signature, signature, (one, other) => {
        const { score } = compareSignatures(one, other);
        expect(score).to.equal(compareSignatures(other, one).score);
        expect(score).to.be.within(0, 1);
        expect(score === 1).to.equal(one.hash !== null && one.hash === other.hash);
      }),
    );
  });
});
