import { expect } from 'chai';
import fc from 'fast-check';
import { shorten, wrap } from '../../dist/layout/wrap.js';

describe('wrapping', () => {
  it('keeps every character that is no space, in order, within the width', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 30 }), (text, width) => {
        const lines = wrap(text, width);
        expect(lines.join('').replaceAll(' ', '')).to.equal(text.replaceAll(/[ \u00a0]/g, ''));
        for (const line of lines.filter((one) => one.length > width)) {
          expect(line).to.match(/^[\p{L}\p{N}_/.:@+~=-]*[\d/][\p{L}\p{N}_/.:@+~=-]*$/u);
        }
      }),
    );
  });

  // -0x1de00000 came as -0x1de0000 and 0, and was copied wrong.
  it('never breaks a number', () => {
    expect(wrap('phys_base\u00a0-0x1de00000, text', 17)).to.deep.equal([
      'phys_base ',
      '-0x1de00000, text',
    ]);
    expect(wrap("'--machdep':phys_base=-0x1de00000", 24)).to.deep.equal([
      "'--machdep'",
      ':phys_base=-0x1de00000',
    ]);
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { minLength: 1 }),
        fc.integer({ min: 1, max: 40 }),
        (numbers, width) => {
          const text = numbers.map((number) => `0x${Math.abs(number).toString(16)}`).join(' ');
          expect(
            wrap(text, width)
              .flatMap((line) => line.split(' '))
              .join(' '),
          ).to.equal(text);
        },
      ),
    );
  });

  for (const token of [
    '/usr/lib/debug/boot/vmlinux-6.1.0-57-cloud-amd64',
    'db3f43fad5034874490492495d552c0af6a5fabe',
    '6.1.0-57-cloud-amd64',
    '--machdep=phys_base=-0x1de00000',
  ]) {
    it(`never breaks a path, a build ID, a release or an option: ${token}`, () => {
      for (const text of [token, `'${token}'`, `a ${token}, b`]) {
        expect(wrap(text, 16).some((line) => line.includes(token))).to.equal(true);
      }
    });
  }

  it('shortens to whole words, and says that it did', () => {
    expect(shorten('short', 5)).to.equal('short');
    expect(shorten('CPU 0 maps 0xffffffff81000000, executable', 32)).to.equal(
      'CPU 0 maps 0xffffffff81000000 …',
    );
    expect(shorten('CPU 0 maps 0xffffffff81000000, executable', 31)).to.equal('CPU 0 maps …');
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.integer({ min: 3, max: 40 }), (numbers, width) => {
        const all = numbers.map(String);
        const left = shorten(all.join(' '), width).split(' ');
        expect(
          left.filter((each) => each !== '…').every((each) => each === '' || all.includes(each)),
        ).to.equal(true);
      }),
    );
  });

  it('holds together what a no-break space joins', () => {
    expect(wrap('phys_base\u00a00x0, 4\u00a0levels', 14)).to.deep.equal([
      'phys_base 0x0,',
      '4 levels',
    ]);
  });
});
