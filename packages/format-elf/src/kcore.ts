import { CORE_NOTE_NAME, type Note, type OriginSign, type Place } from '@vmcorekit/core';

/** Source: Linux, include/uapi/linux/elf.h. */
const NT_PRPSINFO = 3;
const NT_TASKSTRUCT = 4;
/** Where `pr_fname` lies in `struct elf_prpsinfo`. Source: Linux, include/linux/elfcore.h. */
const nameOffsetBySize: ReadonlyMap<number, number> = new Map([
  [136, 40],
  [128, 32],
  [124, 28],
]);
const kernelName: Uint8Array = Uint8Array.from('vmlinux\0', (letter) => letter.charCodeAt(0));

/**
 * The note that says that a file is /proc/kcore or a copy of it: NT_PRPSINFO of a process called
 * `vmlinux`, with the reader's task_struct after it. Undefined for any other file.
 * Source: Linux, fs/proc/kcore.c, `read_kcore_iter`.
 */
export function kcoreNote(notes: readonly Note[]): Note | undefined {
  const hasTask = notes.some(({ name, type }) => name === CORE_NOTE_NAME && type === NT_TASKSTRUCT);
  return notes.find(({ name, type, descriptor }) => {
    const at = nameOffsetBySize.get(descriptor.length);
    return (
      hasTask &&
      name === CORE_NOTE_NAME &&
      type === NT_PRPSINFO &&
      at !== undefined &&
      kernelName.every((byte, index) => descriptor[at + index] === byte)
    );
  });
}

/** That the kernel itself wrote the file. */
export function kcoreSigns(note: Note): OriginSign[] {
  const at = [placeOf(note)];
  return (['capturedBy', 'writtenBy'] as const).map((axis) => ({
    axis,
    who: 'linux-kcore',
    score: 100,
    because: 'its notes are those of /proc/kcore: NT_PRPSINFO of vmlinux, and a task_struct',
    at,
  }));
}

/** That memory changed while it was read, for `ImageFacts.takenWhileRunning`. */
export function kcoreMoment(note: Note): { readonly because: string; readonly at: Place[] } {
  return { because: '/proc/kcore is the memory of the kernel that runs', at: [placeOf(note)] };
}

function placeOf({ fileOffset, name }: Note): Place {
  return { fileOffset, note: name };
}
