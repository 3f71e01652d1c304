import { dis } from '@vmcorekit/analyzers';
import { x8664 } from '@vmcorekit/architectures';
import { type Report, reportLines, resolveOptions, resultOf } from '@vmcorekit/core';
import { capstone } from '@vmcorekit/disassemblers';
import { btfTypes } from '@vmcorekit/linux';
import { cBtf, FieldKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import { contextOf } from '../scheduling/context.ts';

const heapAt = 0xffff888000000000n;
const types = btfTypes(cBtf({ list_head: ['void *next', 'void *prev'] }), { wordSizeInBits: 64 });

/** Two functions; the first calls the second, and its last page may be lost. */
function build(): FieldKernel {
  const place = new FieldKernel(x8664, types);
  // endbr64; nopl; call second; ud1; mov 0x10(%rip); ret; padding
  const first = put(
    place,
    0x10_0ff0n,
    'f30f1efa 0f1f440000 e802000000 0fb9cc 488b0510000000 c3 cccccccccccccc',
  );
  Object.assign(place.symbols, { first, second: first + 0x20n, beyond: first + 0x30n });
  put(place, 0x10_1010n, '06 90 c3');
  return place;
}

function put(place: FieldKernel, at: bigint, hex: string): bigint {
  place.memory.write(Number(at), new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex')));
  return heapAt + at;
}

function run(place: FieldKernel, what: string, options = {}): Report {
  const context = { ...contextOf(place), disassembler: capstone };
  return resultOf(
    dis.run(context, resolveOptions('dis', dis.options, { what, ...options }) as never),
  );
}

const linesOf = (report: Report) => reportLines(report.text);

describe('dis', () => {
  const place = build();
  before(() => capstone.prepare?.());

  it('shows all of a function, with the symbols of what it calls and reads', () => {
    const { text, remarks } = run(place, 'first');
    expect(reportLines(text).slice(0, 6)).to.deep.equal([
      '0xffff888000100ff0 <first>:     endbr64',
      '0xffff888000100ff4 <first+4>:   nopl   (%rax,%rax)',
      '0xffff888000100ff9 <first+9>:   callq  0xffff888000101000 <first+16>',
      '0xffff888000100ffe <first+14>:  ud1',
      '0xffff888000101001 <first+17>:  movq   0x10(%rip),%rax        # 0xffff888000101018 <second+8>',
      '0xffff888000101008 <first+24>:  retq',
    ]);
    expect(remarks).to.deep.equal([]);
  });

  it('names the symbol whose address is an immediate, and no other number', () => {
    const moving = build();
    Object.assign(moving.symbols, { mover: heapAt + 0x10_2000n, low: 0x12345678n });
    // movabs $second,%rdi; movabs $second+1,%rdi; mov $low,%edi; ret
    put(moving, 0x10_2000n, '48bf101010008088ffff 48bf111010008088ffff bf78563412 c3');
    const lines = linesOf(run(moving, 'mover', { count: 3 }));
    expect(lines[0]).to.match(/\$0xffff888000101010,%rdi {8}# 0xffff888000101010 <second>$/);
    expect(lines[1]).to.match(/\$0xffff888000101011,%rdi$/);
    expect(lines[2]).to.match(/\$0x12345678,%edi$/);
  });

  it('shows one instruction at an address, as many as asked for, and bytes', () => {
    expect(linesOf(run(place, 'first+0x9', { hex: true }))).to.deep.equal([
      '0xffff888000100ff9 <first+0x9>:  callq  0xffff888000101000 <first+0x10>',
    ]);
    expect(linesOf(run(place, '0xffff888000100ff0', { count: 2, bytes: true }))).to.deep.equal([
      '0xffff888000100ff0 <first>:    f3 0f 1e fa               endbr64',
      '0xffff888000100ff4 <first+4>:  0f 1f 44 00 00            nopl   (%rax,%rax)',
    ]);
  });

  it('shows a function up to an address, or from it on', () => {
    expect(linesOf(run(place, 'first+9', { until: true })).at(-1)).to.match(/<first\+9>/);
    expect(linesOf(run(place, 'first+9', { until: true }))).to.have.length(3);
    expect(linesOf(run(place, 'first+17', { rest: true }))[0]).to.match(/<first\+17>/);
    expect(linesOf(run(place, 'first+24', { function: true }))[0]).to.match(/<first>/);
  });

  it('says where an address lies within an instruction', () => {
    expect(run(place, 'first+6').remarks).to.deep.equal([
      '0xffff888000100ff6 lies within the instruction at 0xffff888000100ff4, counted from the ' +
        'start of first: what is read from there may be wrong',
    ]);
  });

  it('says where bytes are no known instruction', () => {
    const { text, remarks } = run(place, 'second', { count: 3 });
    expect(reportLines(text)[0]).to.equal('0xffff888000101010 <second>:    (bad)');
    expect(remarks).to.deep.equal([
      '1 place without a known instruction, from 0xffff888000101010 on: what ' +
        'follows may be read wrongly',
    ]);
  });

  it('ends before a lost page, without an instruction whose rest is in it', () => {
    const lost = build();
    put(lost, 0x10_0ffen, '48 8b');
    lost.lose(heapAt + 0x10_1000n);
    const lines = linesOf(run(lost, 'first'));
    expect(lines).to.have.length(4);
    expect(lines[3]).to.match(/^ {4}lost: page 0x101 .* is excluded/);
    expect(linesOf(run(lost, 'second'))).to.match(/^no instructions: page 0x101/);
  });

  it('says that bytes outside of every function may be no code', () => {
    expect(run(place, '0xffff888000102000').remarks?.[0]).to.match(/may be no code/);
  });

  it('says that no disassembler is there, and what to use', () => {
    const report = resultOf(
      dis.run(
        { ...contextOf(place), disassembler: null },
        resolveOptions('dis', dis.options, { what: 'first' }) as never,
      ),
    );
    expect(reportLines(report.text)[0]).to.match(/no disassembler here reads .*x86_64; gdb may/);
  });

  it('refuses options that contradict, and a function of an address in none', () => {
    expect(linesOf(run(place, 'first', { count: 1, rest: true }))[0]).to.match(/one of --count/);
    expect(linesOf(run(place, '0xffff888000102000', { until: true }))[0]).to.match(/that is known/);
  });
});
