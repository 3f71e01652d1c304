import type { ArchitectureTable } from '../architecture-table.ts';
import type { WrittenMachine } from '../dump-format.ts';
import type { DumpImage } from '../dump-image.ts';
import { imageWith } from '../image-with.ts';
import { CORE_NOTE_NAME, NT_PRSTATUS } from '../notes/note-types.ts';

/**
 * The image as headers for another machine describe it; the image itself where no machine is given.
 * Leaves out NT_PRSTATUS notes whose size is not that machine's: libkdumpfile (0.5.1, tried)
 * refuses an ELF file with such notes, and crashes on a KDUMP file.
 */
export function imageForMachine(
  image: DumpImage,
  machine: WrittenMachine | undefined,
  architectures: ArchitectureTable,
): DumpImage {
  if (machine === undefined) {
    return image;
  }
  const { architecture, wordSizeInBits } = machine;
  const size = architectures.named(architecture)?.machines.prstatusSizeInBytes;
  const notes = image.notes.filter(
    ({ name, type, descriptor }) =>
      size === undefined ||
      name !== CORE_NOTE_NAME ||
      type !== NT_PRSTATUS ||
      descriptor.length === size,
  );
  return imageWith(image, { architecture, wordSizeInBits, notes });
}
