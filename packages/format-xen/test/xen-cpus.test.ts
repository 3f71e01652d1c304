import {
  buildXenCore,
  buildXenSave,
  xenEnd,
  xenGuestContext,
  xenHvmContext,
  xenInKernel,
  xenPageData,
  xenPvInfo,
  xenVcpuBasic,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import { cpusOf, openCore, openSave, pageOf } from './opened.ts';

const pages = [{ pfn: 0, bytes: pageOf(1) }];
const bases = { gs_base_kernel: 0xffff888007a00000n, gs_base_user: 0x7f0000000000n };

describe('the CPUs of Xen domains', () => {
  it('run the kernel of a PV domain by a flag, and show no privilege then', async () => {
    const prstatus = [
      xenGuestContext({ cs: 0xe033n, ...bases }, { flags: xenInKernel }),
      xenGuestContext({ cs: 0xe033n, ...bases }),
    ];
    using image = await openCore(buildXenCore({ pages, prstatus }));
    const shown = cpusOf(image).map((registers) =>
      ['cs', 'gs_base', 'kernel_gs_base'].map((name) => registers.get(name)),
    );
    expect(shown).to.deep.equal([
      [0xe030n, bases.gs_base_kernel, bases.gs_base_user],
      [0xe033n, bases.gs_base_user, bases.gs_base_kernel],
    ]);
  });

  it('run the kernel of an HVM domain by their privilege', async () => {
    const prstatus = [
      xenGuestContext({ cs: 0x10n, ...bases }),
      xenGuestContext({ cs: 0x33n, ...bases }),
    ];
    using image = await openCore(buildXenCore({ pages, isParavirtual: false, prstatus }));
    expect(cpusOf(image).map((registers) => registers.get('gs_base'))).to.deep.equal([
      bases.gs_base_kernel,
      bases.gs_base_user,
    ]);
  });

  it('of 32 bits are counted as those of i386, and not read', async () => {
    using image = await openCore(buildXenCore({ pages, prstatus: [new Uint8Array(2800)] }));
    expect([image.architecture, image.wordSizeInBits, cpusOf(image)]).to.deep.equal([
      'i386',
      32,
      [],
    ]);
  });

  it('come out of the records of a PV save by their numbers', async () => {
    const records = [
      xenPvInfo(8),
      xenPageData(pages),
      xenVcpuBasic(2, xenGuestContext({ rip: 3n })),
      xenVcpuBasic(0, xenGuestContext({ rip: 1n })),
      xenEnd,
    ];
    using image = await openSave(buildXenSave({ records }));
    expect(cpusOf(image).map((registers) => registers.get('rip'))).to.deep.equal([
      1n,
      undefined,
      3n,
    ]);
  });

  it('come out of the context of an HVM save, with the mode of their code', async () => {
    const longMode = { 640: 0xffffffff81000000n, 656: 0x80050033n, 672: 0x2a10000n, 680: 0x6f0n };
    const context = xenHvmContext([{ ...longMode, 736: 0x10, 888: 0xa9b, 992: 0xd01n }]);
    const save = buildXenSave({ domainType: 2, records: [xenPageData(pages), context, xenEnd] });
    using image = await openSave(save);
    const [cpu] = cpusOf(image);
    const names = ['rip', 'cr0', 'cr3', 'cr4', 'cs', 'efer', 'cs_flags'];
    expect(names.map((name) => cpu?.get(name))).to.deep.equal([
      ...[0xffffffff81000000n, 0x80050033n, 0x2a10000n, 0x6f0n, 0x10n, 0xd01n],
      0xa09b00n,
    ]);
    expect(image.architecture).to.equal('x86_64');
  });

  it('of an HVM save without paging name no machine', async () => {
    const records = [xenPageData(pages), xenHvmContext([{ 656: 0x10n }]), xenEnd];
    using image = await openSave(buildXenSave({ domainType: 2, records }));
    expect(image.architecture).to.equal(null);
  });
});
