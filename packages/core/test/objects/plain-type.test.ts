import { plainType, type ValueType } from '@vmcorekit/core';
import { expect } from 'chai';

const int: ValueType = { kind: 'integer', sizeInBytes: 4, isSigned: true };

describe('a type in the words of C', () => {
  for (const [type, text, sizeInBytes] of [
    [int, 'int x', 4],
    [{ kind: 'integer', sizeInBytes: 8, isSigned: false }, 'unsigned long x', 8],
    [{ kind: 'integer', sizeInBytes: 1, isSigned: false, isBoolean: true }, '_Bool x', 1],
    [{ kind: 'float', sizeInBytes: 8 }, 'double x', 8],
    [{ kind: 'pointer', to: null }, 'void *x', 8],
    [{ kind: 'array', count: 3, of: { kind: 'pointer', to: int } }, 'int *x[3]', 24],
    [{ kind: 'pointer', to: { kind: 'array', count: 3, of: int } }, 'int (*x)[3]', 8],
    [{ kind: 'pointer', to: { kind: 'function' } }, 'void (*x)()', 8],
    [{ kind: 'pointer', to: { kind: 'pointer', to: { kind: 'function' } } }, 'void (**x)()', 8],
    [{ kind: 'enumeration', name: null, sizeInBytes: 4 }, 'enum {...} x', 4],
  ] as const satisfies readonly (readonly [ValueType, string, number])[]) {
    it(`is ${text}`, () => {
      const declared = plainType(type, 8);
      expect([declared.declare('x'), declared.sizeInBytes]).to.deep.equal([text, sizeInBytes]);
      expect(declared.type).to.equal(type);
    });
  }
});
