import { type BtfTypeSpec, buildBtf } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { wholeBytes } from '../../dist/types/btf-bytes.js';
import { BtfEntries } from '../../dist/types/btf-entries.js';
import { IndexedRecords } from '../../dist/types/btf-records.js';
import { BtfSection } from '../../dist/types/btf-section.js';
import type { TypeEntry } from '../../dist/types/type-entry.js';

const int: BtfTypeSpec = { kind: 'INT', name: 'int', size: 4, isSigned: true };

function entriesOf(types: readonly BtfTypeSpec[]): BtfEntries {
  return new BtfEntries(new IndexedRecords(new BtfSection(wholeBytes(buildBtf({ types })))), 8);
}

function allOf(entries: BtfEntries): (TypeEntry | undefined)[] {
  return Array.from({ length: entries.count }, (_, id) => entries.entry(id));
}

function struct(name: string, type: number, size = 8): BtfTypeSpec {
  return { kind: 'STRUCT', name, size, members: [{ name: 'a', type, offsetInBits: 0 }] };
}

describe('the entries of a BTF', () => {
  it('have every kind of type, by its id', () => {
    const entries = entriesOf([
      int,
      { kind: 'PTR', type: 1 },
      { kind: 'ARRAY', type: 1, nelems: 3 },
      struct('s', 2),
      { kind: 'ENUM', name: 'e', size: 4, values: { one: 1n } },
      { kind: 'FWD', name: 'f' },
      { kind: 'TYPEDEF', name: 't', type: 4 },
      { kind: 'CONST', type: 0 },
      { kind: 'FUNC_PROTO', type: 1, parameters: [{ name: 'x', type: 2 }, { type: 0 }] },
      { kind: 'FUNC', name: 'printk', type: 9 },
      { kind: 'FLOAT', name: 'double', size: 8 },
    ]);
    expect(allOf(entries)).to.deep.equal([
      undefined,
      { kind: 'integer', name: 'int', sizeInBytes: 4, isSigned: true, isBoolean: false },
      { kind: 'pointer', of: 1 },
      { kind: 'array', of: 1, count: 3 },
      {
        ...{ kind: 'struct', name: 's', sizeInBytes: 8 },
        members: [{ name: 'a', of: 2, offsetInBits: 0, sizeInBits: 0 }],
      },
      { kind: 'enumeration', name: 'e', sizeInBytes: 4, values: new Map([['one', 1n]]) },
      { kind: 'forward', name: 'f', isUnion: false },
      { kind: 'typedef', name: 't', of: 4 },
      { kind: 'const', of: 0 },
      { kind: 'prototype', of: 1, parameters: [{ name: 'x', of: 2 }], isVariadic: true },
      { kind: 'function', name: 'printk', of: 9 },
      { kind: 'float', name: 'double', sizeInBytes: 8 },
    ]);
  });

  it('have no tags of types, and void for what does not exist', () => {
    const entries = entriesOf([
      int,
      { kind: 'TYPE_TAG', name: 'user', type: 1 },
      { kind: 'PTR', type: 2 },
      { kind: 'PTR', type: 99 },
    ]);
    expect(entries.entry(3)).to.deep.equal({ kind: 'pointer', of: 1 });
    expect(entries.entry(4)).to.deep.equal({ kind: 'pointer', of: 0 });
  });

  it('leave out a member that lies beyond its structure', () => {
    const entries = entriesOf([int, struct('small', 1, 2)]);
    expect(entries.entry(2)).to.deep.include({ name: 'small', members: [] });
  });

  it('keep a list that leads to itself by a pointer', () => {
    const entries = entriesOf([struct('list_head', 2), { kind: 'PTR', type: 1 }]);
    expect(entries.entry(1)?.kind).to.equal('struct');
    expect(entries.entry(2)).to.deep.equal({ kind: 'pointer', of: 1 });
  });

  it('cut a circle of types, which gdb would follow for ever', () => {
    const circles: readonly (readonly BtfTypeSpec[])[] = [
      [{ kind: 'PTR', type: 1 }],
      [
        { kind: 'TYPEDEF', name: 'a', type: 2 },
        { kind: 'TYPEDEF', name: 'b', type: 1 },
      ],
      [
        { kind: 'PTR', type: 2 },
        { kind: 'FUNC_PROTO', type: 1, parameters: [] },
      ],
      [struct('itself', 1)],
      [struct('one', 2), struct('other', 1)],
    ];
    for (const types of circles) {
      expect(allOf(entriesOf(types)).filter((entry) => entry !== undefined)).to.have.lengthOf(
        types.length - 1,
      );
    }
  });

  it('never lead into a circle or a deep chain, whatever refers to what', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('PTR', 'CONST', 'TYPEDEF'), fc.nat(12)), {
          maxLength: 12,
        }),
        (types) => {
          const entries = entriesOf(
            types.map(([kind, type]) => ({ kind, type, name: kind === 'TYPEDEF' ? 't' : '' })),
          );
          for (let id = 1; id < entries.count; id++) {
            let entry = entries.entry(id);
            for (let step = 0; entry !== undefined && 'of' in entry; step++) {
              expect(step).to.be.below(14);
              entry = entries.entry(entry.of);
            }
          }
        },
      ),
      { numRuns: 50 },
    );
    const chain = Array.from(
      { length: 5000 },
      (_, index): BtfTypeSpec => ({
        kind: 'PTR',
        type: index + 2,
      }),
    );
    expect(entriesOf(chain).count).to.equal(5001);
  });
});
