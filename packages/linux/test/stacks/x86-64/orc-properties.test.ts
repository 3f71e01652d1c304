import { expect } from 'chai';
import fc from 'fast-check';
import { decodeOrcEntry } from '../../../dist/stacks/x86-64/orc-entry.js';
import { OrcTable } from '../../../dist/stacks/x86-64/orc-table.js';
import {
  code,
  entryBytes,
  type Form,
  kernelRegisters,
  type Numbering,
  onStack,
  orcKernel,
  task,
  unwinderNamed,
} from '../orc-kernel.ts';

const registers = ['rdx', 'rdi', 'rbp', 'rsp', 'r10', 'r13', 'rbp-indirect', 'rsp-indirect'];
const layouts = fc.constantFrom<readonly [Form, Numbering]>(
  ['end', 'ax-last'],
  ['signal-end', 'ax-last'],
  ['signal', 'ax-last'],
  ['signal', 'ax-first'],
);
const short = fc.integer({ min: -0x8000, max: 0x7fff });

describe('ORC entries', () => {
  it('decode to what they were made of', () => {
    fc.assert(
      fc.property(
        layouts,
        fc.constantFrom('call', 'regs', 'regs-partial' as const),
        fc.constantFrom(...registers),
        fc.constantFrom('undefined', 'previous-sp', 'rbp'),
        short,
        short,
        fc.boolean(),
        ([form, numbering], kind, sp, bp, spOffset, bpOffset, isSignal) => {
          const rule = { at: 0, kind, sp, bp, spOffset, bpOffset, isSignal } as const;
          const layout = { entry: form, numbering };
          expect(decodeOrcEntry(entryBytes(rule, form, numbering), layout)).to.deep.equal({
            kind,
            spRegister: sp,
            spOffset: BigInt(spOffset),
            bpRegister: bp,
            bpOffset: BigInt(bpOffset),
            isSignal: form === 'end' ? null : isSignal,
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  it('decode from any bytes', () => {
    fc.assert(
      fc.property(
        layouts,
        fc.uint8Array({ minLength: 6, maxLength: 6 }),
        ([entry, numbering], bytes) => {
          const decoded = decodeOrcEntry(bytes, { entry, numbering });
          expect(['undefined', 'end', 'call', 'regs', 'regs-partial']).to.include(decoded.kind);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('an ORC table', () => {
  it('has for each address the last rule at or before it', () => {
    const starts = fc.uniqueArray(fc.integer({ min: 0, max: 0xf000 }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(starts, fc.integer({ min: 0, max: 0xfbff }), (unsorted, asked) => {
        const sorted = unsorted.toSorted((one, other) => one - other);
        const { kernel } = orcKernel({
          functions: {},
          rules: sorted.map((at) => ({ at, kind: 'call', sp: 'rsp', spOffset: 8 })),
        });
        const table = new OrcTable(
          kernel.memory,
          {
            addresses: kernel.symbols.find('__start_orc_unwind_ip')?.address ?? 0n,
            entries: kernel.symbols.find('__start_orc_unwind')?.address ?? 0n,
            count: sorted.length,
          },
          { entry: 'signal', numbering: 'ax-last' },
        );
        const expected = sorted.findLast((at) => at <= asked);
        expect(table.find(code(asked))?.start).to.equal(
          expected === undefined ? undefined : code(expected),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('unwinds any stack to an end', () => {
    const words = fc.array(
      fc.oneof(
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.integer({ min: 0, max: 0x600 }).map(code),
        fc.integer({ min: 0, max: 0x400 }).map(onStack),
      ),
      { minLength: 64, maxLength: 64 },
    );
    const kinds = ['call', 'regs', 'regs-partial', 'undefined', 'end'] as const;
    const rules = fc.array(
      fc.record({
        kind: fc.constantFrom(...kinds),
        sp: fc.constantFrom(...registers, 'undefined'),
        spOffset: fc.integer({ min: -64, max: 64 }),
        bp: fc.constantFrom('undefined', 'previous-sp', 'rbp'),
        bpOffset: fc.integer({ min: -64, max: 64 }),
      }),
      { minLength: 6, maxLength: 6 },
    );
    fc.assert(
      fc.property(words, rules, fc.boolean(), (stack, each, isExact) => {
        const { kernel } = orcKernel({
          functions: { one: 0x100 },
          rules: each.map((rule, index) => ({ ...rule, at: 0x100 * index })),
          stack: Object.fromEntries(stack.map((word, index) => [8 * (index + 1), word])),
        });
        const reader = unwinderNamed('orc').open(kernel);
        if (typeof reader === 'string') {
          throw new Error(reader);
        }
        const { frames, end } = reader.trace({
          registers: kernelRegisters({ rip: code(0x110), rsp: onStack(0x200), rbp: onStack(0x80) }),
          isExact,
          task,
          cpu: null,
        });
        expect(frames.length).to.be.within(1, 512);
        expect(end.isComplete || end.detail !== null).to.equal(true);
      }),
      { numRuns: 30 },
    );
  });
});
