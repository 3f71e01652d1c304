import type { Kernel } from '@vmcorekit/core';
import { locatedKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import { gdbAdvice } from '../../dist/serving/gdb-advice.js';

/** A kernel whose per-CPU symbols begin at an address. */
function kernel(perCpuStart: bigint, kaslrOffset: number | null, machine = 'x86_64'): Kernel {
  const located = locatedKernel({
    kaslrOffset,
    textVirtualAddress: kaslrOffset === null ? null : 0xffffffff81000000n,
    release: '6.1.0',
    banner: 'Linux version 6.1.0 (debian-kernel@lists.debian.org) #1',
  });
  const find = (name: string) =>
    name === '__per_cpu_start' ? { name, address: perCpuStart } : undefined;
  const dump = { architecture: { name: machine } };
  return { located, dump, symbols: { find } } as unknown as Kernel;
}

const vmlinux = '/usr/lib/debug/boot/vmlinux-6.1.0';
const inDebian = "vmlinux is in Debian's package linux-image-6.1.0-dbg";

describe('how gdb is started', () => {
  it('needs nothing but the vmlinux', () => {
    expect(gdbAdvice(kernel(0xffffffff82000000n, 0x3000000), ':1234')).to.deep.equal({
      command: `gdb -ex 'target remote :1234' ${vmlinux}`,
      remarks: [inDebian],
    });
  });

  it('leaves per-CPU symbols at 0 where KASLR moved all others', () => {
    const { command, remarks } = gdbAdvice(kernel(0n, 0x3000000), ':1234');
    expect(command).to.contain(`'add-symbol-file ${vmlinux} -o 0x3000000 -s .data..percpu 0'`);
    expect(remarks[1]).to.contain('monitor percpu NAME CPU');
  });

  it('needs no more for per-CPU symbols at 0 if KASLR moved nothing', () => {
    const { command } = gdbAdvice(kernel(0n, 0), ':1234');
    expect(command).to.equal(`gdb -ex 'target remote :1234' ${vmlinux}`);
  });

  it('is with the gdb that knows other machines for those', () => {
    const { command } = gdbAdvice(kernel(0xffffffff82000000n, 0, 'arm64'), ':1234');
    expect(command).to.equal(`gdb-multiarch -ex 'target remote :1234' ${vmlinux}`);
  });

  it('says if gdb cannot move symbols', () => {
    const { remarks } = gdbAdvice(kernel(0n, null), ':1234');
    expect(remarks).to.include(
      'where the text of the kernel lies is not proved, so gdb moves no symbols',
    );
  });
});
