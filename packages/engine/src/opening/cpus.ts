import {
  type Architecture,
  CORE_NOTE_NAME,
  type Cpu,
  type DumpImage,
  NT_PRSTATUS,
  QEMU_CPU_STATE_TYPE,
  QEMU_NOTE_NAME,
} from '@vmcorekit/core';

/** Processors in the order of their notes: the n-th NT_PRSTATUS and the n-th QEMU note are of one CPU, as QEMU writes them. */
export function cpusOf(image: DumpImage, architecture: Architecture | null): readonly Cpu[] {
  const prstatus = image.notes
    .filter((note) => note.name === CORE_NOTE_NAME && note.type === NT_PRSTATUS)
    .map((note) => architecture?.prstatus?.(note, image.byteOrder));
  const states = image.notes
    .filter((note) => note.name === QEMU_NOTE_NAME && note.type === QEMU_CPU_STATE_TYPE)
    .map((note) => architecture?.qemuCpuState?.(note));
  return Array.from({ length: Math.max(prstatus.length, states.length) }, (_, index) => {
    const status = prstatus[index];
    const state = states[index];
    return {
      index,
      pid: status?.pid ?? null,
      registers: new Map([...(status?.registers ?? []), ...(state ?? [])]),
      from: [...(status === undefined ? [] : (['prstatus'] as const)), ...(state === undefined ? [] : (['qemu'] as const))],
    };
  });
}
