import type { ArchitectureTable } from '../architecture-table.ts';
import type { WriteOptions, WrittenMachine } from '../dump-format.ts';
import type { DumpImage } from '../dump-image.ts';
import { imageWith } from '../image-with.ts';
import { RepagedMemory } from '../memory/repaged-memory.ts';
import type { Note } from '../note.ts';
import {
  CORE_NOTE_NAME,
  ERASEINFO_NOTE_NAME,
  NT_PRSTATUS,
  VMCOREINFO_NOTE_NAME,
} from '../notes/note-types.ts';

/** Notes that hold text, which has no byte order. */
const textNotes: readonly string[] = [VMCOREINFO_NOTE_NAME, ERASEINFO_NOTE_NAME];

/** The image as a new file describes it: in pages of that size, under headers of that machine. */
export function imageToWrite(
  image: DumpImage,
  { machine, pageSizeInBytes }: Pick<WriteOptions, 'machine' | 'pageSizeInBytes'>,
  architectures: ArchitectureTable,
): DumpImage {
  const { memory } = image;
  const noted = withCpuNotes(image, machine?.architecture ?? image.architecture, architectures);
  const repaged =
    pageSizeInBytes === undefined || pageSizeInBytes === memory.pageSizeInBytes
      ? noted
      : imageWith(noted, { memory: new RepagedMemory(memory, pageSizeInBytes) });
  return machine === undefined ? repaged : imageForMachine(repaged, machine, architectures);
}

/** Of an image that stores its CPUs itself: with the notes from which others read CPUs. */
function withCpuNotes(
  image: DumpImage,
  architecture: string | null,
  architectures: ArchitectureTable,
): DumpImage {
  const known = architectures.named(architecture);
  const cpus = known === undefined ? undefined : image.cpus?.(known);
  const notes = cpus === undefined ? undefined : known?.registers?.notesOf?.(cpus, image.byteOrder);
  return notes === undefined
    ? image
    : imageWith(image, {
        notes: [...notes.map((note) => ({ ...note, fileOffset: 0 })), ...image.notes],
      });
}

/**
 * Leaves out NT_PRSTATUS notes whose size is not that machine's: libkdumpfile (0.5.1, tried)
 * refuses an ELF file with such notes, and crashes on a KDUMP file. Leaves out notes of CPUs that
 * cannot be written in the other byte order.
 */
function imageForMachine(
  image: DumpImage,
  machine: WrittenMachine,
  architectures: ArchitectureTable,
): DumpImage {
  const { architecture, wordSizeInBits, byteOrder = image.byteOrder } = machine;
  const known = architectures.named(architecture);
  const size = known?.machines.prstatusSizeInBytes;
  const notes = image.notes.filter(
    ({ name, type, descriptor }) =>
      size === undefined ||
      name !== CORE_NOTE_NAME ||
      type !== NT_PRSTATUS ||
      descriptor.length === size,
  );
  const swapped = (note: Note): Note[] => {
    if (textNotes.includes(note.name)) {
      return [note];
    }
    const descriptor = known?.registers?.inOtherByteOrder?.(note);
    return descriptor === undefined ? [] : [{ ...note, descriptor }];
  };
  return imageWith(image, {
    architecture,
    wordSizeInBits,
    byteOrder,
    notes: byteOrder === image.byteOrder ? notes : notes.flatMap(swapped),
  });
}
