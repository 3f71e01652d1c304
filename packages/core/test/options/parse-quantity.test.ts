import { parseAddress, parseDuration, parsePhysicalAddress, parseSize } from '@vmcorekit/core';
import { expect } from 'chai';
import fc from 'fast-check';

describe('quantities', () => {
  it('reads sizes with units, in hexadecimal and below zero', () => {
    expect(parseSize('32 MiB', 'to')).to.equal(32 * 2 ** 20);
    expect(parseSize('1.5GiB', 'to')).to.equal(1.5 * 2 ** 30);
    expect(parseSize('-0x25600000', 'physBase')).to.equal(-0x25600000);
    expect(parseSize('4096', 'step')).to.equal(4096);
  });

  it('says what was wrong and what is allowed', () => {
    expect(() => parseSize('32 Mib', 'step-scan.to')).to.throw(
      "step-scan.to: got '32 Mib', allowed is a whole number of bytes, like 4096, 0x1000, 32 MiB or -0x200000",
    );
    for (const [text, limit] of [
      ['0xfffffffffffff000', 'a number below 2^53'],
      ['9000 TiB', 'a number below 2^53'],
      ['-0x20000000000000', 'a number above -2^53'],
    ] as const) {
      expect(() => parseSize(text, 'to')).to.throw(`to: got '${text}', allowed is ${limit}`);
    }
    expect(() => parseAddress('0x1ffffffffffffffff', 'address')).to.throw('at most 64 bits');
    expect(() => parseDuration('soon', 'timeLimit')).to.throw("timeLimit: got 'soon'");
  });

  it('reads physical addresses that are exact numbers, and no others', () => {
    expect(parsePhysicalAddress('0x40200000', 'text')).to.equal(0x4020_0000);
    expect(() => parsePhysicalAddress('0xffffffff81000000', 'text')).to.throw(
      "text: got '0xffffffff81000000', allowed is a physical address below 2^53",
    );
    expect(() => parsePhysicalAddress('-1', 'text')).to.throw("text: got '-1'");
  });

  it('reads times as milliseconds', () => {
    expect([
      parseDuration('5 s', 't'),
      parseDuration('500ms', 't'),
      parseDuration('2 min', 't'),
      parseDuration('3', 't'),
    ]).to.deep.equal([5000, 500, 120_000, 3000]);
  });

  it('never gives anything but an exact number or a usage error', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          return Number.isSafeInteger(parseSize(text, 'x'));
        } catch (error) {
          return (error as { code?: string }).code === 'usage';
        }
      }),
    );
  });
});
