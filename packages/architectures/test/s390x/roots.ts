import { s390x } from '@vmcorekit/architectures';
import type { TranslationRoot } from '@vmcorekit/core';
import { SparseMemory } from '@vmcorekit/testing';
import { mmuOf } from '../root-at.ts';

export function memoryOf(sizeInBytes: number = 0x10_0000): SparseMemory {
  return new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }], byteOrder: 'big' });
}

/** The root that control register 13 names. */
export function rootOfAsce(asce: bigint): TranslationRoot {
  const root = mmuOf(s390x).rootOf(new Map([['cr13', asce]]));
  if (root === undefined) {
    throw new Error(`no tables at ${asce}`);
  }
  return root;
}
