import { maxPacketLength } from '@vmcorekit/gdb';
import { propertyRuns } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { bytesOf, Client, packet } from './support/client.ts';

const letter = fc.constantFrom(...'?gpmxHTDkcsMXGPZzqQv+-$#}\x03'.split(''));
const word = fc.constantFrom(
  ...['qXfer:features:read:target.xml:', 'qXfer:threads:read::', 'vFile:pread:3,', 'qRcmd,'],
  ...['m0,', 'mffffffff81000000,', 'xffffffff81000000,', 'Hg', 'qThreadExtraInfo,', 'p'],
);
const number = fc.bigInt(0n, 1n << 68n).map((value) => value.toString(16));
const request = fc.tuple(word, number, fc.constantFrom('', ','), number).map((parts) => {
  return packet(parts.join(''));
});
const text = fc.oneof(request, letter, fc.string({ unit: 'binary', maxLength: 30 }));
const chunks = fc.array(fc.array(text, { maxLength: 6 }), { maxLength: 8 });

describe('any bytes from a client', () => {
  it('never throw, and bring no more than a packet for each packet', async () => {
    const property = fc.asyncProperty(chunks, async (sent) => {
      const client = new Client();
      client.session.receive(bytesOf('+'));
      for (const chunk of sent) {
        const bytes = chunk.join('');
        const answer = await client.raw(bytes);
        const most = (bytes.match(/[#-]/g) ?? []).length;
        expect(answer.length).to.be.at.most((most + 1) * (maxPacketLength + 5));
      }
    });
    await fc.assert(property, { numRuns: propertyRuns(100) });
  });
});
