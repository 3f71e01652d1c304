import { lzoVmcorekit } from '@vmcorekit/compressors';
import { describeContainer, openContainer, openContext } from '@vmcorekit/testing';
import { expect } from 'chai';
import {
  concatenated,
  containerNamed,
  contentOf,
  errorOf,
  madeBy,
  sample,
  unpacked,
} from './contents.ts';
import { itUnpacks } from './made-files.ts';

const files = ['sample.lzo', 'lzo999.lzo', 'two.lzo'];
const context = openContext({ compressors: { ready: async () => lzoVmcorekit } });

describeContainer(containerNamed('lzop'), {
  compressors: [lzoVmcorekit],
  cases: ['two.lzo'].map((file) => ({ title: file, file: madeBy(file), holds: { '': sample() } })),
});

describe('lzop files', () => {
  itUnpacks('lzop', files, context);

  it('are read as far as they go, where they are cut', async () => {
    const whole = madeBy('sample.lzo');
    const file = concatenated(whole, whole.subarray(0, whole.length - 20));
    const { bytes, damage, details } = await unpacked('lzop', file, context);
    expect(damage).to.deep.equal(['compressed-unfinished']);
    expect(details).to.include('; only the 562144 bytes that come before are read');
    expect(Buffer.compare(bytes.subarray(0, 300_000), sample())).to.equal(0);
  });

  const second = madeBy('sample.lzo').slice().fill(0, 0, 4);
  const afterFirst: readonly (readonly [string, Uint8Array, readonly string[]])[] = [
    ['a second one of a damaged magic', second, ['compressed-damaged']],
    ['other bytes', Buffer.from('garbage'), ['compressed-damaged']],
    ['padding of zeros', new Uint8Array(512), []],
  ];
  for (const [what, bytes, damage] of afterFirst) {
    it(`${damage.length === 0 ? 'are whole' : 'were sound'} where ${what} follows`, async () => {
      const whole = madeBy('sample.lzo');
      const read = await unpacked('lzop', concatenated(whole, bytes), context);
      expect(read.damage).to.deep.equal(damage);
      expect(Buffer.compare(read.bytes, sample())).to.equal(0);
    });
  }

  it('lose only the block whose checksum does not match', async () => {
    const file = madeBy('sample.lzo').slice();
    const view = new DataView(file.buffer);
    const blockAt = 38 + 0;
    expect(view.getUint32(blockAt)).to.equal(262_144);
    file.fill(0xaa, blockAt + 8, blockAt + 12);
    using contents = await openContainer(containerNamed('lzop'), file, context);
    const source = contentOf(contents);
    expect(() => source.readInto(100, new Uint8Array(10))).to.throw(
      /^lzop at file offset 0x26: a block of \d+ bytes: its Adler-32 is 0xaaaaaaaa, that of its contents 0x/,
    );
    const target = new Uint8Array(1000);
    source.readInto(270_000, target);
    expect(Buffer.compare(target, sample().subarray(270_000, 271_000))).to.equal(0);
  });

  it('are refused where their header does not match its checksum', async () => {
    const file = madeBy('sample.lzo').slice();
    file.fill(9, 24, 25);
    expect(String(await errorOf(unpacked('lzop', file, context)))).to.include(
      'lzop header at 0x0: checksum is',
    );
  });

  it('are refused where a block is larger than any', async () => {
    const file = madeBy('sample.lzo').slice();
    file.fill(0x7f, 38, 39);
    expect(String(await errorOf(unpacked('lzop', file, context)))).to.include(
      "lzop block at 0x26: unpacked and packed length is '2130968576, ",
    );
  });
});
