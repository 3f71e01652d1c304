import {
  type Architecture,
  CORE_NOTE_NAME,
  type Cpu,
  type DumpImage,
  type Note,
  type NoteRegisters,
  NT_PRSTATUS,
  QEMU_CPU_STATE_TYPE,
  QEMU_NOTE_NAME,
} from '@vmcorekit/core';

/** Notes that occur once for each CPU, readable or not. */
const ofEveryCpu: ReadonlySet<string> = new Set([
  kindOf({ name: CORE_NOTE_NAME, type: NT_PRSTATUS }),
  kindOf({ name: QEMU_NOTE_NAME, type: QEMU_CPU_STATE_TYPE }),
]);

/**
 * The processors that the format gives. Else those of the notes, in order: the n-th note of each
 * kind belongs to the n-th CPU, as all writers have it.
 */
export function cpusOf(image: DumpImage, architecture: Architecture | null): readonly Cpu[] {
  const given = image.cpus?.(architecture);
  if (given !== undefined) {
    return given.map(({ pid, registers }, index) => ({ index, pid, registers, from: ['format'] }));
  }
  const byKind = new Map<string, (NoteRegisters | undefined)[]>();
  for (const note of image.notes) {
    const kind = kindOf(note);
    const ofKind = byKind.get(kind) ?? [];
    ofKind.push(architecture?.registers?.read(note, image.byteOrder));
    byKind.set(kind, ofKind);
  }
  const rows = [...byKind]
    .filter(([kind, notes]) => ofEveryCpu.has(kind) || notes.some((note) => note !== undefined))
    .map(([, notes]) => notes);
  return Array.from({ length: Math.max(0, ...rows.map((notes) => notes.length)) }, (_, index) =>
    cpuOf(
      index,
      rows.flatMap((notes) => notes[index] ?? []),
    ),
  );
}

/** Whether a note is of a kind that every CPU has once. */
export function isOfCpu(note: Note): boolean {
  return ofEveryCpu.has(kindOf(note));
}

function cpuOf(index: number, notes: readonly NoteRegisters[]): Cpu {
  return {
    index,
    pid: notes.find(({ pid }) => pid !== undefined)?.pid ?? null,
    registers: new Map(notes.flatMap(({ registers }) => [...registers])),
    from: notes.map(({ from }) => from),
  };
}

function kindOf({ name, type }: Pick<Note, 'name' | 'type'>): string {
  return `${type} ${name}`;
}
