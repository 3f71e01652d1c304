import { expect } from 'chai';
import { open } from 'vmcorekit';
import { writeKernelDump } from '../support/kernel-dump.ts';
import { codeOf } from '../support/rejection.ts';

describe('find', () => {
  const { path, kernel } = writeKernelDump();
  const banner = kernel.symbols.get('linux_banner') ?? 0n;

  it('gives each hit in both spaces, in physical and in virtual memory', async () => {
    using dump = await open(path);
    const physical = await dump.find({ text: 'Linux version' }, { contextInBytes: 8 });
    const hit = physical.hits.find(({ symbol }) => symbol?.name === 'linux_banner');
    expect(hit?.virtualAddresses).to.include(banner);
    expect(Buffer.from(hit?.context.bytes ?? []).toString('latin1')).to.include('Linux version');
    const virtual = await dump.find(
      { text: 'LINUX VERSION', ignoresCase: true },
      { space: 'virtual', from: banner, to: banner + 13n },
    );
    expect(virtual.hits.map(({ address }) => address)).to.deep.equal([banner]);
    expect(virtual.hits[0]?.physicalAddress).to.equal(hit?.physicalAddress);
  });

  it('finds numbers and bytes, and says where there are more', async () => {
    using dump = await open(path);
    const bytes = Buffer.from('Linux version');
    const number = bytes.readBigUInt64LE();
    const numbers = await dump.find({ number, isAligned: false }, { limit: 1 });
    expect(numbers.hits[0]?.address).to.equal((await dump.find({ bytes })).hits[0]?.address);
    expect((await dump.find({ number: 0x66, sizeInBytes: 1 }, { limit: 1 })).isLimited).to.equal(
      true,
    );
  });

  it('refuses what no memory can hold, and no hits at all', async () => {
    using dump = await open(path);
    expect(await codeOf(dump.find({ bytes: new Uint8Array(0) }))).to.equal('usage');
    expect(await codeOf(dump.find({ number: 256, sizeInBytes: 1 }))).to.equal('usage');
    expect(await codeOf(dump.find({ hex: '6162' } as never))).to.equal('usage');
    expect(await codeOf(dump.find({ bytes: '6162' } as never))).to.equal('usage');
    expect(await codeOf(dump.find({ text: 'a' }, { limit: 0 }))).to.equal('usage');
    expect(await codeOf(dump.find({ text: 'a' }, { contextInBytes: -1 }))).to.equal('usage');
  });
});
