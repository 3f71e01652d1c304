import type { Instruction, MachineCode } from '@vmcorekit/core';
import { capstone, createCapstone } from '@vmcorekit/disassemblers';
import { expect } from 'chai';

const start = 0xffff_ffff_8100_0000n;

function linesOf(
  hex: string,
  architecture = 'x86_64',
  more: Partial<MachineCode> & { readonly limit?: number } = {},
): string[] {
  const { byteOrder = 'little', address = start, limit = 100 } = more;
  const bytes = new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  return capstone
    .disassemble({ bytes, address, architecture, byteOrder }, limit)
    .map((each) => lineOf(each, address));
}

function lineOf(instruction: Instruction, first: bigint): string {
  const { address, lengthInBytes, mnemonic, operands, target } = instruction;
  const to = target === null ? '' : ` -> ${target.toString(16)}`;
  return `${address - first}+${lengthInBytes} ${`${mnemonic ?? '?'} ${operands}`.trim()}${to}`;
}

describe('the disassembler by Capstone', () => {
  before(() => capstone.prepare?.());

  it('reads x86-64 in the syntax of gdb, with the address that it names', () => {
    expect(linesOf('f30f1efa 55 e801020304 488b0501000000 0f1f440000')).to.deep.equal([
      '0+4 endbr64',
      '4+1 pushq %rbp',
      '5+5 callq 0xffffffff8503020b -> ffffffff8503020b',
      '10+7 movq 1(%rip),%rax -> ffffffff81000012',
      '17+5 nopl (%rax,%rax)',
    ]);
  });

  it('writes immediates of the upper half as addresses, as objdump does', () => {
    expect(linesOf('48c7c7082d2d82 48c7c6ffffffff 4883c8ff b8ffffffff')).to.deep.equal([
      '0+7 movq $0xffffffff822d2d08,%rdi',
      '7+7 movq $0xffffffffffffffff,%rsi',
      '14+4 orq $0xffffffffffffffff,%rax',
      '18+5 movl $0xffffffff,%eax',
    ]);
  });

  it('gives ud1 its operands’ bytes, as objdump does for static calls and UBSAN', () => {
    expect(linesOf('0fb9cc 670fb94012 90')).to.deep.equal(['0+3 ud1', '3+5 ud1', '8+1 nop']);
  });

  it('knows instructions that are newer than Capstone 5', () => {
    expect(linesOf('0f01e8 f30f01fe c3')).to.deep.equal([
      '0+3 serialize',
      '3+4 rmpadjust',
      '7+1 retq',
    ]);
  });

  it('leaves bytes that it does not know without a name, and goes on', () => {
    expect(linesOf('06 c3')).to.deep.equal(['0+1 ?', '1+1 retq']);
  });

  it('takes unknown code as long as its first byte says on s390x and riscv64', () => {
    expect(linesOf('eb0010000060 e310f0a00004', 's390x', { byteOrder: 'big' })).to.deep.equal([
      '0+6 ?',
      '6+6 lg %r1,0xa0(%r15)',
    ]);
    expect(linesOf('ffffffff 8280', 'riscv64')).to.deep.equal(['0+4 ?', '4+2 c.jr ra']);
  });

  it('leaves an instruction that ends beyond the bytes unknown', () => {
    expect(linesOf('c3 e80102')[1]).to.equal('1+1 ?');
  });

  it('stops at the limit, and reads more than one call of Capstone gives', () => {
    expect(linesOf('90'.repeat(10), 'x86_64', { limit: 3 })).to.have.length(3);
    expect(linesOf('90'.repeat(5000), 'x86_64', { limit: 4000 })).to.have.length(4000);
  });

  it('reads arm64, arm, i386, ppc64, s390x, riscv64 and mips64', () => {
    const address = 0xc001_0000n;
    const big = { byteOrder: 'big' as const, address };
    expect(linesOf('04000094 400000d0', 'arm64', { address })).to.deep.equal([
      '0+4 bl 0xc0010010 -> c0010010',
      '4+4 adrp x0, 0xc001a000 -> c001a000',
    ]);
    expect(linesOf('100000eb', 'arm', { address })).to.deep.equal([
      '0+4 bl 0xc0010048 -> c0010048',
    ]);
    expect(linesOf('e810000000', 'i386', { address })).to.deep.equal([
      '0+5 calll 0xc0010015 -> c0010015',
    ]);
    expect(linesOf('11000048 20008 04e'.replaceAll(' ', ''), 'ppc64', { address })).to.deep.equal([
      '0+4 bl 0xc0010010 -> c0010010',
      '4+4 blr',
    ]);
    expect(linesOf('c0e500000010 e310f0a00004 07fe', 's390x', big)).to.deep.equal([
      '0+6 brasl %r14,0xc0010020 -> c0010020',
      '6+6 lg %r1,0xa0(%r15)',
      '12+2 br %r14',
    ]);
    expect(linesOf('ef00800f 8280', 'riscv64', { address })).to.deep.equal([
      '0+4 jal 0xc00100f8 -> c00100f8',
      '4+2 c.jr ra',
    ]);
    expect(linesOf('10400004', 'mips64', big)).to.deep.equal([
      '0+4 beqz $v0,0xc0010014 -> c0010014',
    ]);
  });

  it('names no machine that it does not read', () => {
    expect(capstone.architectures).not.to.include('loongarch64');
    expect(() => linesOf('00', 'loongarch64')).to.throw(/'loongarch64' \(there are x86_64/);
  });

  it('says that it was used before it was ready', () => {
    const bytes = new Uint8Array(1);
    expect(() =>
      createCapstone().disassemble(
        { bytes, address: 0n, architecture: 'x86_64', byteOrder: 'little' },
        1,
      ),
    ).to.throw(/before prepare/);
  });
});
