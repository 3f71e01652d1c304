import { isVmcorekitError } from '@vmcorekit/core';
import { LimeFormat } from '@vmcorekit/format-lime';
import { buildLime, describeFormat, headOf } from '@vmcorekit/testing';
import { expect } from 'chai';
import { openLime, pattern, statesOf } from './opened.ts';

const low = { s_addr: 0x1000, data: pattern(0x2c00, 1) };
const high = { s_addr: 0x10000, data: pattern(0x3001, 2) };

describe('LiME files', () => {
  describeFormat(new LimeFormat(), {
    cases: [
      {
        title: 'of ranges that end within a page',
        files: [buildLime([low, high])],
        holds: [
          { address: 0x1000, bytes: low.data },
          { address: 0x10000, bytes: high.data },
        ],
      },
      {
        title: 'of a big-endian machine, with ranges that descend and touch',
        files: [buildLime([high, { s_addr: 0x13001, data: pattern(0xfff, 3) }, low], 'big')],
        holds: [
          { address: 0x1000, bytes: low.data },
          { address: 0x10000, bytes: high.data },
          { address: 0x13001, bytes: pattern(0xfff, 3) },
        ],
      },
    ],
  });

  it('are claimed by magic word and version, in either byte order', () => {
    const claims = (bytes: Uint8Array) => new LimeFormat().probe(headOf(bytes))?.because;
    expect(claims(buildLime([low]))).to.equal('LiME’s magic word, little-endian, version 1');
    expect(claims(buildLime([low], 'big'))).to.equal('LiME’s magic word, big-endian, version 1');
    expect(claims(Buffer.from('LiME is a tool for memory'))).to.equal(undefined);
    expect(claims(Buffer.from('EMiL\x01'))).to.equal(undefined);
  });

  it('hold the machine’s words in its own byte order', async () => {
    using image = await openLime(
      buildLime([{ s_addr: 0, data: Buffer.from([1, 2, 3, 4]) }], 'big'),
    );
    expect(image.memory.readUint32(0)).to.equal(0x01020304);
    expect(image.byteOrder).to.equal('big');
    expect(image.architecture).to.equal(null);
  });

  it('have no memory between and after their ranges', async () => {
    using image = await openLime(buildLime([low, high]));
    expect(statesOf(image, 0x14000)).to.deep.equal([
      'absent 0-1000',
      'stored 1000-3c00',
      'absent 3c00-10000',
      'stored 10000-13001',
      'absent 13001-14000',
    ]);
    expect([...image.header]).to.deep.equal([
      ['version', 1],
      ['s_addr', 0x1000n],
      ['e_addr', 0x3bffn],
    ]);
    expect(image.damage).to.deep.equal([]);
  });

  for (const [what, range, message] of [
    [
      'of another version',
      { ...low, version: 2 },
      'a file of LiME of version 2: LiME writes version 1 only; see what wrote this file, or capture again',
    ],
    [
      'whose first range ends before it begins',
      { ...low, e_addr: 0xfff },
      'LiME header at 0x10: e_addr is 0xfff, wanted an address from s_addr (0x1000) to 2^52 - 1',
    ],
    [
      'whose first range reaches beyond any machine',
      { ...low, e_addr: 2n ** 63n },
      'LiME header at 0x10: e_addr is 0x8000000000000000, wanted an address from s_addr (0x1000) to 2^52 - 1',
    ],
    [
      'whose reserved word is not 0',
      { ...low, reserved: 7n },
      'LiME header at 0x18: reserved is 0x7, wanted 0',
    ],
  ] as const) {
    it(`${what} are refused with the field and its value`, async () => {
      const error: unknown = await openLime(buildLime([range])).catch((thrown: unknown) => thrown);
      expect(isVmcorekitError(error)).to.equal(true);
      expect(String(error)).to.include(message);
    });
  }

  it('that end within the first header are refused', async () => {
    const error: unknown = await openLime(buildLime([low]).subarray(0, 20)).catch(
      (thrown: unknown) => thrown,
    );
    expect(String(error)).to.include('LiME header at 0x0: wanted 32 bytes, got 20');
  });
});
