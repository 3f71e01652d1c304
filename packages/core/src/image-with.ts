import type { DumpImage } from './dump-image.ts';

/**
 * The image with some of its parts replaced: another memory, other notes, another machine. It
 * shares everything else with the original: disposing one disposes both.
 */
export function imageWith(
  image: DumpImage,
  changes: Partial<
    Pick<DumpImage, 'architecture' | 'byteOrder' | 'wordSizeInBits' | 'memory' | 'notes'>
  >,
): DumpImage {
  return {
    format: image.format,
    architecture: image.architecture,
    byteOrder: image.byteOrder,
    wordSizeInBits: image.wordSizeInBits,
    memory: image.memory,
    notes: image.notes,
    header: image.header,
    headerOffsets: image.headerOffsets,
    ...(image.facts === undefined ? {} : { facts: image.facts }),
    vmcoreinfo: image.vmcoreinfo,
    eraseinfo: image.eraseinfo,
    ...(image.cpus === undefined
      ? {}
      : { cpus: (architecture) => image.cpus?.(architecture) ?? [] }),
    ...(image.tableFrames === undefined ? {} : { tableFrames: image.tableFrames }),
    ...(image.memoryLayout === undefined ? {} : { memoryLayout: image.memoryLayout }),
    check: () => image.check?.() ?? [],
    writerStamp: image.writerStamp ?? null,
    ...changes,
    get damage() {
      return image.damage;
    },
    [Symbol.dispose]: () => image[Symbol.dispose](),
  };
}
