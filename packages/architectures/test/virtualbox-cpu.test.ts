import { i386, x8664 } from '@vmcorekit/architectures';
import type { NoteRegisters } from '@vmcorekit/core';
import { type NoteFields, virtualBoxCpuNote } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const inKernel = {
  rax: 1n,
  r15: 2n,
  rip: 0xffffffff81000000n,
  rsp: 0xffffc90000003e98n,
  rbp: 3n,
  rflags: 0x246n,
  cs: 0x10n,
  cs_attributes: 0xa09bn,
  gs_base: 0xffff88803ec00000n,
  cr0: 0x80050033n,
  cr2: 4n,
  cr3: 0x2a10000n,
  cr4: 0x6f0n,
  idt_base: 0xfffffe0000000000n,
};

function read(note: NoteFields, architecture = x8664): NoteRegisters | undefined {
  return architecture.registers?.read({ ...note, fileOffset: 0 }, 'little');
}

describe("VirtualBox's CPU note", () => {
  it('gives general, segment and control registers by name', () => {
    const { cs_attributes: _attributes, ...named } = inKernel;
    const { from, registers } = read(virtualBoxCpuNote(inKernel)) ?? {};
    expect(from).to.equal('virtualbox');
    for (const [name, value] of Object.entries(named)) {
      expect(registers?.get(name), name).to.equal(value);
    }
    expect(registers?.get('rbx')).to.equal(0n);
  });

  it('shows the mode of the CPU by its code segment, as QEMU’s does', () => {
    const modeOf = (fields: Record<string, bigint>) =>
      x8664.modeOf?.(read(virtualBoxCpuNote({ ...inKernel, ...fields }))?.registers ?? new Map());
    expect(modeOf({})).to.equal('x86_64');
    expect(modeOf({ cs_attributes: 0xc09bn })).to.equal('i386');
  });

  it('has 32-bit names on i386', () => {
    const registers = read(virtualBoxCpuNote(inKernel), i386)?.registers;
    expect(registers?.get('eax')).to.equal(1n);
    expect(registers?.get('ebp')).to.equal(3n);
    expect(registers?.get('eflags')).to.equal(0x246n);
  });

  it('of an earlier format, too short or of another type is not read', () => {
    const note = virtualBoxCpuNote(inKernel);
    expect(read({ ...note, type: 0xb00 })).to.equal(undefined);
    expect(read({ ...note, descriptor: note.descriptor.subarray(0, 400) })).to.equal(undefined);
    expect(read(virtualBoxCpuNote({ ...inKernel, rflags: 0x244n }))).to.equal(undefined);
    expect(read(virtualBoxCpuNote({ ...inKernel, cr0: 0n }))).to.equal(undefined);
  });

  it('never throws, whatever it holds', () => {
    const { name, type } = virtualBoxCpuNote({});
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (descriptor) => {
        read({ name, type, descriptor });
        read({ name, type, descriptor }, i386);
      }),
    );
  });
});
