import type { DumpImage } from './dump-image.ts';

/** What a format must give, and everything else that it can give. */
export type ImageFields = Pick<DumpImage, 'format' | 'memory'> &
  Partial<Omit<DumpImage, 'format' | 'memory'>>;

/**
 * An image from the minimum of a format: its name and memory. Defaults: no notes, no header fields,
 * no damage, an unknown architecture, 64-bit, and the memory's byte order.
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
