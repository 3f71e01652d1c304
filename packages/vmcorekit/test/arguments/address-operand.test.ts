import { isVmcorekitError } from '@vmcorekit/core';
import { expect } from 'chai';
import { type AddressOperand, parseAddressOperand } from '../../dist/arguments/address-operand.js';

describe('an address as an operand', () => {
  const taken: readonly (readonly [string, AddressOperand])[] = [
    ['0x1000', 0x1000n],
    ['4096', 4096n],
    ['0xffffffff81000000', 0xffffffff81000000n],
    ['linux_banner', { symbol: 'linux_banner', offset: 0n }],
    ['name+0x10', { symbol: 'name', offset: 16n }],
    ['name+16', { symbol: 'name', offset: 16n }],
    ['name-8', { symbol: 'name', offset: -8n }],
    ['foo.isra.0.cold+0x1', { symbol: 'foo.isra.0.cold', offset: 1n }],
    ['_text', { symbol: '_text', offset: 0n }],
    ['face', { symbol: 'face', offset: 0n }],
  ];
  for (const [text, wanted] of taken) {
    it(`takes ${text}`, () => {
      expect(parseAddressOperand(text, 'ADDRESS')).to.deep.equal(wanted);
    });
  }

  for (const text of [
    '',
    '0x',
    '1abc',
    'ffffffff81000000',
    'deadbeef',
    'name+',
    'name + 1',
    'name+1+2',
    'a b',
    '0x1+1',
    '-1',
  ]) {
    it(`refuses '${text}'`, () => {
      expect(() => parseAddressOperand(text, 'ADDRESS'))
        .to.throw()
        .that.satisfies((error: unknown) => isVmcorekitError(error, 'usage'));
    });
  }
});
