import { plugin as architectures, x8664 } from '@vmcorekit/architectures';
import { type Dump, VmcoreInfo } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { plugin } from '@vmcorekit/heuristics';
import {
  describeKernel,
  type KernelDescription,
  plugin as linux,
  x8664Layout,
} from '@vmcorekit/linux';
import {
  type BuiltLinuxKernel,
  buildLinuxKernel,
  type LinuxKernelFields,
  memoryDump,
  SparseMemory,
} from '@vmcorekit/testing';
import { expect } from 'chai';

const toolkit = createToolkit([architectures, linux, plugin]);
const memorySizeInBytes = 0x8000000;
const physBase = -0x25600000;
const kaslrOffset = 0x27e00000;

interface Guest {
  readonly memory: SparseMemory;
  readonly kernel: BuiltLinuxKernel;
  readonly dump: Dump;
}

function guest(
  fields: Partial<LinuxKernelFields> = {},
  vmcoreinfo?: (kernel: BuiltLinuxKernel) => string,
): Guest {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: memorySizeInBytes }] });
  const kernel = buildLinuxKernel({
    memory,
    physBase,
    kaslrOffset,
    vmcoreInfoAt: 0x1385000,
    tablesFrom: 0x2000000,
    directMapSizeInBytes: memorySizeInBytes,
    ...fields,
  });
  const registers = new Map([
    ['cr0', 0x80000001n],
    ['cr3', BigInt(kernel.root)],
    ['cr4', 0x20n],
    ['rip', kernel.symbols.get('_text') ?? 0n],
  ]);
  const text = vmcoreinfo?.(kernel);
  const dump = memoryDump({
    memory,
    architecture: x8664,
    layout: x8664Layout,
    cpus: [registers],
    ...(text === undefined ? {} : { vmcoreinfo: text }),
  });
  return { memory, kernel, dump };
}

async function descriptionOf({ dump }: Guest): Promise<KernelDescription> {
  const verdict = await toolkit.locate(dump);
  const work = describeKernel(
    dump,
    verdict.kernel ?? expect.fail(verdict.explanation),
    await toolkit.openKernel(dump, verdict),
  );
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) {
      return step.value;
    }
  }
}

function writeUtsname({ memory, kernel }: Guest, offset: number, release: string): void {
  const at = kernel.physical(kernel.symbols.get('init_uts_ns') ?? 0n) + offset;
  for (const [index, text] of ['Linux', 'host', release, '#1 SMP', 'x86_64', '(none)'].entries()) {
    memory.write(at + 65 * index, Buffer.from(`${text}\0`, 'latin1'));
  }
}

describe('describeKernel', () => {
  it('takes the VMCOREINFO that the kernel keeps in memory', async () => {
    const built = guest();
    const { vmcoreinfo, kernel } = await descriptionOf(built);
    expect(vmcoreinfo).to.deep.equal({ text: built.kernel.vmcoreInfo, from: 'memory' });
    expect(kernel).to.include({ physBase, kaslrOffset });
  });

  it("takes the file's own where it is of this kernel, and passes over another's", async () => {
    const own = await descriptionOf(guest({}, (kernel) => `${kernel.vmcoreInfo}EXTRA=1\n`));
    expect(own.vmcoreinfo.from).to.equal('file');
    expect(own.vmcoreinfo.text).to.include('EXTRA=1\n');
    const others = await descriptionOf(guest({}, () => 'OSRELEASE=5.0\nNUMBER(phys_base)=0\n'));
    expect(others.vmcoreinfo.from).to.equal('memory');
  });

  describe('of a kernel before Linux 4.10, whose VMCOREINFO has no NUMBER(phys_base)', () => {
    const old = {
      release: '4.9.0-test',
      kallsyms: '4.6',
      vmcoreInfo: { 'NUMBER(phys_base)': null },
    } as const;

    it("takes the kernel's own, which proves the KASLR offset", async () => {
      const built = guest(old);
      const { vmcoreinfo, kernel } = await descriptionOf(built);
      expect(vmcoreinfo).to.deep.equal({ text: built.kernel.vmcoreInfo, from: 'memory' });
      expect(kernel).to.include({ physBase, kaslrOffset });
    });

    it("takes the file's, named by KERNELOFFSET or by a symbol", async () => {
      for (const key of [
        'KERNELOFFSET',
        'SYMBOL(_stext)',
        'SYMBOL(init_uts_ns)',
        'SYMBOL(init_top_pgt)',
      ]) {
        const { vmcoreinfo } = await descriptionOf(
          guest(old, ({ vmcoreInfo }) => {
            const line = vmcoreInfo.split('\n').find((candidate) => candidate.startsWith(key));
            return `OSRELEASE=4.9.0-test\n${line}\n`;
          }),
        );
        expect(vmcoreinfo.from, key).to.equal('file');
      }
    });

    it("passes over a file's that names no kernel, or another", async () => {
      for (const text of [
        'OSRELEASE=4.9.0-test\n',
        'OSRELEASE=4.9.0-test\nKERNELOFFSET=1000000\n',
        'KERNELOFFSET=27e00000\nOSRELEASE=4.8.0\n',
      ]) {
        expect((await descriptionOf(guest(old, () => text))).vmcoreinfo.from, text).to.equal(
          'memory',
        );
      }
    });

    it('gives the layout of structures, though the file alone has it', async () => {
      const { dump } = guest({ ...old, vmcoreInfoAt: null }, ({ symbols }) => {
        return `OSRELEASE=4.9.0-test\nSYMBOL(_stext)=${symbols.get('_stext')?.toString(16)}\nSIZE(page)=64\n`;
      });
      const kernel = await toolkit.openKernel(dump, await toolkit.locate(dump));
      expect(kernel?.types.struct('page')?.sizeInBytes).to.equal(64);
    });
  });

  it('searches memory where the kernel has no symbols', async () => {
    expect((await descriptionOf(guest({ kallsyms: null }))).vmcoreinfo.from).to.equal('search');
  });

  it('puts one together of what is proved where memory holds none, and says so', async () => {
    const { vmcoreinfo } = await descriptionOf(guest({ vmcoreInfoAt: null }));
    expect(vmcoreinfo.from).to.equal('synthesised');
    const info = new VmcoreInfo(vmcoreinfo.text);
    expect([info.physBase, info.kernelOffset, info.release]).to.deep.equal([
      physBase,
      undefined,
      '6.9.1-test',
    ]);
  });

  for (const offset of [0, 4]) {
    it(`reads what uname says, ${offset} bytes into init_uts_ns`, async () => {
      const built = guest();
      writeUtsname(built, offset, '6.9.1-test');
      const { utsname } = await descriptionOf(built);
      expect(utsname).to.deep.equal({
        sysname: 'Linux',
        nodename: 'host',
        release: '6.9.1-test',
        version: '#1 SMP',
        machine: 'x86_64',
        domainname: '(none)',
      });
    });
  }

  it('believes the banner, not names of another release', async () => {
    const built = guest();
    writeUtsname(built, 0, '5.0.0');
    const { utsname } = await descriptionOf(built);
    expect(utsname).to.deep.equal({
      sysname: 'Linux',
      release: '6.9.1-test',
      version: '#1 SMP 6.9.1-test',
      machine: 'x86_64',
    });
  });

  it('believes neither a banner nor names of another release where nothing decides', async () => {
    const built = guest({ vmcoreInfoAt: null });
    writeUtsname(built, 0, '5.0.0');
    const { utsname, kernel } = await descriptionOf(built);
    expect(kernel).to.include({ release: null, banner: null });
    expect(utsname).to.deep.equal({ machine: 'x86_64' });
  });

  describe('the time', () => {
    const xtime = 1_795_409_469n;
    /**
     * xtime_sec, ktime_sec, wall_to_monotonic, offs_real, as a kernel has them 12.3 s after it
     * started.
     */
    const members = [
      xtime,
      13n,
      12n - xtime,
      300_000_000n,
      (xtime - 12n) * 1_000_000_000n - 300_000_000n,
    ];

    function writeTime({ memory, kernel }: Guest, at: number, words: readonly bigint[]): void {
      const bytes = new DataView(new ArrayBuffer(8 * words.length));
      for (const [index, word] of words.entries()) {
        bytes.setBigInt64(8 * index, word, true);
      }
      memory.write(
        kernel.physical(kernel.symbols.get('tk_core') ?? 0n) + at,
        new Uint8Array(bytes.buffer),
      );
    }

    for (const at of [56, 120]) {
      it(`is read out of the timekeeper, wherever its members lie (${at})`, async () => {
        const built = guest();
        writeTime(built, at, members);
        expect((await descriptionOf(built)).timestamp).to.equal(Number(xtime));
      });
    }

    it('is null where the members contradict each other, or the clock was never set', async () => {
      const wrong = guest();
      writeTime(wrong, 120, [...members.slice(0, 4), (members[4] ?? 0n) + 1n]);
      expect((await descriptionOf(wrong)).timestamp).to.equal(null);
      const unset = guest();
      writeTime(unset, 120, [12n, 13n, 1n, 0n, -1_000_000_000n]);
      expect((await descriptionOf(unset)).timestamp).to.equal(null);
    });

    it('is that of the crash where only VMCOREINFO gives one', async () => {
      const crashed = guest(
        { kallsyms: null },
        (kernel) => `${kernel.vmcoreInfo}CRASHTIME=1795414016\n`,
      );
      expect((await descriptionOf(crashed)).timestamp).to.equal(1_795_414_016);
    });
  });
});
