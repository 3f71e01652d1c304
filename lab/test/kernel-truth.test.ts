import { deriveKernelTruth } from '@vmcorekit/lab/truth/kernel-truth';
import { expect } from 'chai';

/**
 * A guest's words, as an OVMF guest without KASLR spoke them; the tests change what they are about.
 */
function tellTruth(changes: Readonly<Record<string, string>> = {}): ReadonlyMap<string, string> {
  return new Map(
    Object.entries({
      version: 'Linux version 6.1.0 (builder) #1 SMP',
      release: '6.1.0',
      'command-line': 'console=ttyS0 nokaslr',
      iomem:
        '00001000-0009ffff : System RAM\n00100000-0bfdffff : System RAM\n  01600000-02401ef1 : Kernel code',
      symbols:
        'ffffffff81000000 T _text\nffffffff82a10000 D init_top_pgt\nffffffff82a1a010 D phys_base',
      vmcoreinfo:
        'OSRELEASE=6.1.0\nBUILD-ID=3b43\nNUMBER(phys_base)=6291456\nKERNELOFFSET=0\nNUMBER(pgtable_l5_enabled)=0',
      'vmcoreinfo-pointer': '0x000000000bf01000 1024',
      processes: '  PID  PPID COMMAND\n    1     0 init\n   31     2 kworker/u4:1 x',
      modules: 'qemu_fw_cfg 20480 0 - Live 0xffffffffc0000000',
      meltdown: 'Not affected',
      'kernel-log': '[    0.000000] Linux version 6.1.0\n[    0.000000] Command line',
      ...changes,
    }),
  );
}

const sources = { configuration: new Map([['CONFIG_PHYSICAL_START', '0x1000000']]), cpus: [] };

describe("a kernel's truth", () => {
  it('places an OVMF guest without KASLR six megabytes up', () => {
    const truth = deriveKernelTruth(tellTruth(), 'running', 'x86_64', sources);
    expect(truth).to.include({
      physBase: 0x600000,
      kaslrOffset: 0,
      textVirtualAddress: '0xffffffff81000000',
      textPhysicalAddress: '0x1600000',
      pageTableRoot: '0x3010000',
      pagingLevels: 4,
      release: '6.1.0',
      buildId: '3b43',
    });
  });

  it('has a negative phys_base where KASLR moved the addresses further than the memory', () => {
    const truth = deriveKernelTruth(
      tellTruth({
        iomem: '00100000-0ffdffff : System RAM\n  08000000-08e01ef1 : Kernel code',
        symbols: 'ffffffffa5200000 T _text\nffffffffa6c10000 D init_top_pgt',
        vmcoreinfo:
          'NUMBER(phys_base)=-488636416\nKERNELOFFSET=24200000\nNUMBER(pgtable_l5_enabled)=1',
      }),
      'running',
      'x86_64',
      sources,
    );
    expect([truth.physBase, truth.kaslrOffset, truth.pagingLevels]).to.deep.equal([
      -0x1d200000, 0x24200000, 5,
    ]);
  });

  it('lists processes, modules, memory and the kernel log', () => {
    const truth = deriveKernelTruth(tellTruth(), 'running', 'x86_64', sources);
    expect(truth.processes).to.deep.equal([
      { pid: 1, parentPid: 0, name: 'init' },
      { pid: 31, parentPid: 2, name: 'kworker/u4:1 x' },
    ]);
    expect(truth.modules).to.deep.equal([
      { name: 'qemu_fw_cfg', sizeInBytes: 20480, address: '0xffffffffc0000000' },
    ]);
    expect(truth.memoryMap[2]).to.deep.equal({
      start: '0x01600000',
      end: '0x02401ef1',
      depth: 1,
      name: 'Kernel code',
    });
    expect(truth.vmcoreinfoPointer).to.deep.equal({
      physicalAddress: '0x000000000bf01000',
      sizeInBytes: 0x1024,
    });
    expect(truth.kernelLog).to.have.length(2);
  });

  it('is refused when /proc/iomem and VMCOREINFO disagree', () => {
    const lying = tellTruth({ vmcoreinfo: 'NUMBER(phys_base)=0\nKERNELOFFSET=0' });
    expect(() => deriveKernelTruth(lying, 'running', 'x86_64', sources)).to.throw(
      'the guest contradicts itself on phys_base: addresses give 0x600000, VMCOREINFO 0x0',
    );
  });

  it('is refused when addresses are hidden from the one who asks', () => {
    const hidden = tellTruth({
      iomem: '00000000-00000000 : System RAM\n  00000000-00000000 : Kernel code',
    });
    expect(() => deriveKernelTruth(hidden, 'running', 'x86_64', sources)).to.throw(
      '/proc/iomem has no Kernel code',
    );
  });

  it('has no phys_base on arm64', () => {
    const truth = deriveKernelTruth(
      tellTruth({
        iomem: '40000000-4fffffff : System RAM\n  40210000-410bffff : Kernel code',
        symbols: 'ffffc50adc010000 T _stext',
        vmcoreinfo:
          'KERNELOFFSET=450ad4000000\nNUMBER(kimage_voffset)=0xffffc50a9be00000\nSYMBOL(swapper_pg_dir)=ffffc50add800000',
      }),
      'running',
      'aarch64',
      sources,
    );
    expect(truth).to.include({
      imageOffset: '0xffffc50a9be00000',
      physBase: null,
      kaslrOffset: 0x450ad4000000,
      textVirtualAddress: '0xffffc50adc000000',
      textPhysicalAddress: '0x40200000',
      pageTableRoot: '0x41a00000',
    });
  });
});
