import type { DumpImage, PhysicalMemory } from '@vmcorekit/core';

/** An opened dump around memory that a test built: 64-bit x86-64 without notes, unless `fields` say otherwise. */
export function memoryImage(memory: PhysicalMemory, fields: Partial<DumpImage> = {}): DumpImage {
  return {
    format: 'test',
    architecture: 'x86_64',
    byteOrder: memory.byteOrder,
    wordSizeInBits: 64,
    memory,
    notes: [],
    header: new Map(),
    headerOffsets: new Map(),
    vmcoreinfo: null,
    eraseinfo: null,
    damage: [],
    [Symbol.dispose]: () => {},
    ...fields,
  };
}
