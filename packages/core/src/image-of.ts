import type { DumpImage } from './dump-image.ts';

/** What a format cannot leave out, and all else that it has to say. */
export type ImageFields = Pick<DumpImage, 'format' | 'memory'> &
  Partial<Omit<DumpImage, 'format' | 'memory'>>;

/**
 * An image out of the least that a format has: its name and memory. What is not given is none: no
 * notes, no header fields, no damage, an unknown architecture; 64-bit, and of the memory's byte
 * order.
 */
export function imageOf(fields: ImageFields): DumpImage {
  return {
    architecture: null,
    byteOrder: fields.memory.byteOrder,
    wordSizeInBits: 64,
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
