import { isInUserMode, parseRegisters } from '@vmcorekit/lab/qemu/registers';
import { expect } from 'chai';

const idleAndBusy = `
CPU#0
RAX=000000000001ad40 RBX=0000000000000000 RCX=0000000000000001 RDX=4000000000000000
RIP=ffffffffa5c17a0b RFL=00000246 [---Z-P-] CPL=0 II=0 A20=1 SMM=0 HLT=1
GDT=     fffffe0000001000 0000007f
IDT=     fffffe0000000000 00000fff
CR0=80050033 CR2=000000003ef19730 CR3=0000000002970000 CR4=000006b0
EFER=0000000000000d01

CPU#1
RIP=00000000004349f4 RFL=00000246 [---Z-P-] CPL=3 II=0 A20=1 SMM=0 HLT=0
IDT=     fffffe0000000000 00000fff
CR0=80050033 CR2=000000003ef19730 CR3=0000000002971000 CR4=000006b0
EFER=0000000000000d01
`;

describe("QEMU's register listing", () => {
  it('gives each CPU its control registers', () => {
    const [first, second] = parseRegisters(idleAndBusy);
    expect(first).to.deep.equal({
      index: 0,
      instructionPointer: '0xffffffffa5c17a0b',
      privilegeLevel: 0,
      isHalted: true,
      cr0: '0x80050033',
      cr3: '0x2970000',
      cr4: '0x6b0',
      efer: '0xd01',
      idtBase: '0xfffffe0000000000',
      cr13: null,
    });
    expect(second?.cr3).to.equal('0x2971000');
  });

  it('distinguishes user mode from kernel mode', () => {
    expect(parseRegisters(idleAndBusy).map((cpu) => isInUserMode(cpu, 'x86_64'))).to.deep.equal([
      false,
      true,
    ]);
  });

  it('reads a 32-bit CPU', () => {
    const [cpu] = parseRegisters(
      'CPU#0\r\nEIP=c1a2b3c4 EFL=00000246 CPL=0 HLT=1\r\nCR0=80050033 CR3=01c94000 CR4=000006b0\r\n',
    );
    expect([cpu?.instructionPointer, cpu?.cr3, cpu?.efer]).to.deep.equal([
      '0xc1a2b3c4',
      '0x1c94000',
      null,
    ]);
  });

  it('reads where other machines’ CPUs are', () => {
    const pointers = [
      'R12=00000000 R13=c1a01f60 R14=c0310abc R15=c0310b18\nPSR=600f0013',
      ' V      =   0\n pc       ffffffff80a4f1ce\n mhartid  0000000000000000',
      'NIP c00000000001a2b4   LR c00000000001a2b0 CTR 0000000000000000',
      ' PC=  900000000123abc0  FCSR0 0x00000000',
      'PSW=mask 0706c00180000000 addr 0000000000acd5fe cc 00\nC13=0000000001290007',
    ].map((text) => parseRegisters(`CPU#0\n${text}\n`)[0]?.instructionPointer);
    expect(pointers).to.deep.equal([
      '0xc0310b18',
      '0xffffffff80a4f1ce',
      '0xc00000000001a2b4',
      '0x900000000123abc0',
      '0xacd5fe',
    ]);
  });

  it('takes the address of the PSW of s390x and not its stack pointer R15', () => {
    const text =
      'CPU#0\nPSW=mask 0706c00180000000 addr 000003ffff1a2736 cc 00\nR14=0000000000000001 R15=000003ffffb0bcf0\n';
    expect(parseRegisters(text)[0]?.instructionPointer).to.equal('0x3ffff1a2736');
  });

  it('leaves null what an arm64 CPU does not have', () => {
    const [cpu] = parseRegisters(
      'CPU#0\n PC=ffffc50ad5000000 X00=0000000000000000\nPSTATE=600000c5 -ZC- EL1h\n',
    );
    expect([cpu?.instructionPointer, cpu?.privilegeLevel, cpu?.cr3]).to.deep.equal([
      '0xffffc50ad5000000',
      1,
      null,
    ]);
  });
});
