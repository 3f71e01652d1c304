import { CORE_NOTE_NAME, imageWith, NT_PRSTATUS } from '@vmcorekit/core';
import { OutputFile } from '@vmcorekit/node';
import { open } from 'vmcorekit';

/** Size of `struct elf_prstatus` on i386. */
const prstatusSizeInBytes = 144;

/**
 * Writes an x86-64 dump as QEMU does where the first CPU is in 32-bit mode, as after a reset: with
 * KDUMP headers of 32 bits, and NT_PRSTATUS of i386.
 */
export async function writeNarrow(from: string, to: string): Promise<void> {
  using dump = await open(from);
  const notes = dump.image.notes.map((note) =>
    note.name === CORE_NOTE_NAME && note.type === NT_PRSTATUS
      ? { ...note, descriptor: note.descriptor.slice(0, prstatusSizeInBytes) }
      : note,
  );
  const image = imageWith(dump.image, { notes, wordSizeInBits: 32 });
  using file = new OutputFile(to);
  await dump.toolkit.write(image, 'kdump', file, { header: new Map([['machine', 'x86_64']]) });
  file.commit();
}
