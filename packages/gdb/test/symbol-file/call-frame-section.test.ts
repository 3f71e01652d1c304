import type { CallFrameBlock, CallFrameRule } from '@vmcorekit/linux';
import { propertyRuns } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { callFrameSection } from '../../dist/symbol-file/call-frame-section.js';
import { symbolFileMachineOf } from '../../dist/symbol-file/machines.js';
import { frameAt } from './read-frames.ts';

const base = 0xffffffff81000000n;
const numbers = { rbp: 6, rsp: 7, rbx: 3, rip: 16, rax: 0 };
const call = {
  frame: { register: 'rsp', offset: 8, load: 'none' },
  ...{ isSignal: false, saved: { rip: -8 }, savedAt: {}, kept: ['rbp'] },
} as const satisfies CallFrameRule;

function sectionOf(
  blocks: readonly CallFrameBlock[],
  functions: readonly number[] = [],
  name: string = 'x86_64',
) {
  const { frames } = symbolFileMachineOf({ dump: { architecture: { name } } } as never) ?? {};
  if (frames === undefined) {
    throw new Error(`${name} has numbers`);
  }
  const next = (address: bigint) => {
    const found = functions.find((each) => base + BigInt(each) > address);
    return found === undefined ? undefined : base + BigInt(found);
  };
  return callFrameSection(blocks, frames, next, 'little', 8);
}

function blockOf(rows: readonly (readonly [number, CallFrameRule | undefined])[], end: number) {
  return { base, starts: [...rows.map(([at]) => at), end], rules: rows.map(([, rule]) => rule) };
}

/** How a reader sees one rule. */
function readRule(rule: CallFrameRule, name?: string) {
  return frameAt(sectionOf([blockOf([[0, rule]], 16)], [], name), base);
}

describe('.debug_frame', () => {
  it('has a call: its frame, the return address, what is kept and what is not known', () => {
    const read = readRule(call);
    expect(read).to.deep.include({ frame: 'r7+8', isSignal: false });
    expect(read?.registers).to.include({
      [numbers.rip]: 'cfa-8',
      [numbers.rsp]: 'cfa',
      [numbers.rbp]: 'same',
      [numbers.rbx]: '?',
      [numbers.rax]: '?',
    });
  });

  it('has registers of an interrupt at their places, above the frame address', () => {
    const saved = { rip: 128, rsp: 152, rbp: 32, rbx: 40 };
    const read = readRule({ ...call, isSignal: true, kept: [], saved });
    expect(read?.isSignal).to.equal(true);
    expect(read?.registers).to.include({
      [numbers.rip]: 'cfa+128',
      [numbers.rsp]: 'cfa+152',
      [numbers.rbp]: 'cfa+32',
    });
  });

  it('has expressions where a word must be read', () => {
    const frame = { register: 'rsp', offset: 8, load: 'first' } as const;
    // DW_OP_breg7 0, DW_OP_deref, DW_OP_consts 8, DW_OP_plus.
    expect(readRule({ ...call, frame })?.frame).to.equal('770006110822');
    // DW_OP_breg6 -8, DW_OP_deref.
    const last = { register: 'rbp', offset: -8, load: 'last' } as const;
    expect(readRule({ ...call, frame: last })?.frame).to.equal('767806');
    const rbp = { register: 'rbp', offset: -40, load: 'none' } as const;
    expect(readRule({ ...call, kept: [], savedAt: { rbp } })?.registers[6]).to.equal('7658');
  });

  it('has a place that is no multiple of a word by an expression', () => {
    // DW_OP_consts -12, DW_OP_plus.
    expect(readRule({ ...call, saved: { rip: -8, rbp: -12 } })?.registers[6]).to.equal('117422');
  });

  it('has the program counter of arm64 in the link register, but after an interrupt', () => {
    const frame = { register: 'x29', offset: 16, load: 'none' } as const;
    const record = { ...call, frame, saved: { x29: -16, x30: -8 }, kept: [] };
    const read = readRule(record, 'arm64');
    expect(read).to.deep.include({ frame: 'r29+16', returnColumn: 30 });
    expect(read?.registers).to.include({ 29: 'cfa-16', 30: 'cfa-8', 31: '?' });
    expect(read?.registers).not.to.have.property('32');
    const saved = { x30: -80, sp: -72, pc: -64 };
    const interrupted = readRule({ ...record, isSignal: true, saved }, 'arm64');
    expect(interrupted).to.deep.include({ isSignal: true, returnColumn: 32 });
    expect(interrupted?.registers).to.include({ 30: 'cfa-80', 31: 'cfa-72', 32: 'cfa-64' });
  });

  it('takes a return address from another register, and numbers above 63', () => {
    const frame = { register: 'r1', offset: 0, load: 'none' } as const;
    const leaf = { ...call, frame, saved: {}, kept: [], copied: { nip: 'lr' } };
    const read = readRule(leaf, 'ppc64');
    expect(read).to.deep.include({ frame: 'r1+0', returnColumn: 99 });
    expect(read?.registers).to.include({ 99: 'r65', 1: 'cfa' });
    const saved = { nip: -8, lr: -16 };
    const whole = readRule({ ...call, frame, kept: [], saved }, 'ppc64');
    expect(whole?.registers).to.include({ 99: 'cfa-8', 65: 'cfa-16' });
  });

  it('ends a stack by an unknown return address', () => {
    const read = readRule({ ...call, frame: null, saved: {}, kept: [] });
    expect(read?.registers[numbers.rip]).to.equal('?');
  });

  it('ends a stack at what the dump lacks, in programs, and at what is no code', () => {
    const section = sectionOf([
      blockOf(
        [
          [0, call],
          [16, undefined],
          [32, call],
        ],
        48,
      ),
    ]);
    expect(frameAt(section, base + 15n)?.frame).to.equal('r7+8');
    expect(frameAt(section, base + 32n)?.frame).to.equal('r7+8');
    for (const address of [
      base + 16n,
      base + 31n,
      base + 48n,
      base - 1n,
      0x401000n,
      2n ** 64n - 2n,
    ]) {
      const read = frameAt(section, address);
      expect(read?.registers[numbers.rip], address.toString(16)).to.equal('?');
      expect(read?.frame).to.equal('30');
    }
  });

  it('has one FDE a function, and one row for equal rules', () => {
    const rows = [0, 8, 16, 24].map((at) => [at, call] as const);
    const [one, two] = [sectionOf([blockOf(rows, 32)]), sectionOf([blockOf(rows, 32)], [16])];
    expect(two.length - one.length).to.equal(24);
  });

  it('reads back as it was written, for any rules', () => {
    const offset = fc.integer({ min: -0x8000, max: 0x7fff });
    const address = fc.record({
      register: fc.constantFrom('rsp', 'rbp', 'r10'),
      offset,
      load: fc.constantFrom('none', 'first', 'last'),
    });
    const rule = fc.record({
      frame: fc.option(address),
      isSignal: fc.boolean(),
      saved: fc.dictionary(fc.constantFrom('rip', 'rbp', 'rbx'), offset),
      savedAt: fc.dictionary(fc.constantFrom('rbp'), address),
      kept: fc.subarray(['rbp', 'rbx', 'rax']),
    }) as fc.Arbitrary<CallFrameRule>;
    const rows = fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), rule), {
      ...{ minLength: 1, maxLength: 8 },
    });
    fc.assert(
      fc.property(rows, fc.array(fc.nat(2000), { maxLength: 4 }), (steps, functions) => {
        let at = 0;
        const placed = steps.map(([step, each]) => {
          at += step;
          return [at, each] as const;
        });
        const section = sectionOf(
          [blockOf(placed, at + 9)],
          functions.sort((a, b) => a - b),
        );
        for (const [place, each] of placed) {
          const { registers, ...read } = frameAt(section, base + BigInt(place)) ?? {};
          const { registers: wanted, ...alone } = readRule(each) ?? {};
          expect(read).to.deep.equal(alone);
          expect(registers).to.deep.equal(wanted);
        }
      }),
      { numRuns: propertyRuns(15) },
    );
  });
});
