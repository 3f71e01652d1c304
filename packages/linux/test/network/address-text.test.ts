import { isIPv6 } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  hardwareText,
  ipv4Text,
  ipv6Text,
  networkUint16,
} from '../../dist/network/address-text.js';
import { fromWire } from './net-kernel.ts';

/** The 16 bytes of an address in any of its forms, by the rules of URLs. */
function bytesOf(text: string): number[] {
  const host = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  const [before = '', after] = host.split('::');
  const groups = (part: string | undefined) => (part ? part.split(':') : []);
  const [left, right] = [groups(before), groups(after)];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 255];
  });
}

describe('texts of addresses', () => {
  for (const byteOrder of ['little', 'big'] as const) {
    it(`are the same bytes on a ${byteOrder}-endian CPU`, () => {
      const byte = fc.integer({ min: 0, max: 255 });
      fc.assert(
        fc.property(fc.tuple(byte, byte, byte, byte), (bytes) => {
          expect(ipv4Text(fromWire(bytes, byteOrder), byteOrder)).to.equal(bytes.join('.'));
          const [high, low] = bytes;
          expect(networkUint16(fromWire([high, low], byteOrder), byteOrder)).to.equal(
            high * 256 + low,
          );
        }),
      );
    });
  }

  for (const [text, bytes] of [
    ['::', '00000000000000000000000000000000'],
    ['::1', '00000000000000000000000000000001'],
    ['fe80::c8b:9fff:fe05:df70', 'fe800000000000000c8b9ffffe05df70'],
    ['2001:db8:0:1:1:1:1:1', '20010db8000000010001000100010001'],
    ['2001:db8::1:0:0:1', '20010db8000000000001000000000001'],
    ['1::', '00010000000000000000000000000000'],
    ['::ffff:10.0.2.15', '00000000000000000000ffff0a00020f'],
  ] as const) {
    it(`has the short form ${text}`, () => {
      expect(ipv6Text(Buffer.from(bytes, 'hex'))).to.equal(text);
    });
  }

  it('keeps every IPv6 address', () => {
    const byte = fc.constantFrom(0, 0, 0, 1, 0xff, 0x20);
    fc.assert(
      fc.property(fc.array(byte, { minLength: 16, maxLength: 16 }), (bytes) => {
        const text = ipv6Text(Uint8Array.from(bytes));
        expect(isIPv6(text), text).to.equal(true);
        expect(bytesOf(text)).to.deep.equal(bytes);
      }),
    );
  });

  it('shows hardware addresses of any length', () => {
    expect(hardwareText(Uint8Array.of(0, 0x54, 0xff))).to.equal('00:54:ff');
  });
});
