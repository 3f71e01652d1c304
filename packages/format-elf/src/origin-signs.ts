import {
  CORE_NOTE_NAME,
  type Note,
  NT_PRSTATUS,
  type OriginSign,
  QEMU_CPU_STATE_TYPE,
  QEMU_NOTE_NAME,
  VIRTUALBOX_CORE_NOTE_NAME,
} from '@vmcorekit/core';
import { PT_LOAD, PT_NOTE } from './elf-constants.ts';
import type { ElfHeader } from './elf-header.ts';
import type { ProgramHeaders } from './program-headers.ts';

type Header = Pick<ElfHeader, 'fields' | 'offsets'>;

const byQemu = { axis: 'writtenBy', who: 'qemu' } as const;
const programHeadersAt64 = 64;

/**
 * Habits of writers in the headers of an ELF file. QEMU's were seen on files of QEMU 7.2 and 10.0.
 * Source: QEMU, dump/dump.c; Cloud Hypervisor, vmm/src/coredump.rs.
 */
export function originSigns(
  header: Header,
  programs: Pick<ProgramHeaders, 'type' | 'virtualAddress' | 'align'>,
  notes: readonly Note[],
): OriginSign[] {
  const { fields, offsets } = header;
  const at = (...names: readonly string[]): OriginSign['at'] =>
    names.map((name) => ({ fileOffset: offsets.get(name) ?? 0, note: name }));
  const value = (name: string): number => Number(fields.get(name));
  const slip: OriginSign = {
    ...byQemu,
    score: 100,
    because: 'e_ehsize is 8, a slip of QEMU since 7.2',
    at: at('e_ehsize'),
  };
  const sections: OriginSign = {
    ...byQemu,
    score: 40,
    because: 'the program headers follow two section headers, at 192',
    at: at('e_shnum', 'e_phoff'),
  };
  // QEMU before 7.2 has this too, so it is no proof.
  const plain: OriginSign = {
    axis: 'writtenBy',
    who: 'cloud-hypervisor',
    score: 30,
    because:
      'the notes are CORE, then QEMU; there are no sections, and p_vaddr and p_align are 0 everywhere',
    at: at('e_shnum', 'e_phoff'),
  };
  return [
    ...virtualBoxSigns(notes),
    ...(value('e_ehsize') === 8 ? [slip] : []),
    ...(value('e_shnum') === 2 && value('e_phoff') === 192 ? [sections] : []),
    ...(isPlain(value, programs) && areOfCpus(notes) ? [plain] : []),
  ];
}

/** VirtualBox's `debugvm dumpvmcore` begins with a note of this name. */
function virtualBoxSigns(notes: readonly Note[]): OriginSign[] {
  const note = notes.find(({ name }) => name === VIRTUALBOX_CORE_NOTE_NAME);
  return note === undefined
    ? []
    : (['capturedBy', 'writtenBy'] as const).map((axis) => ({
        axis,
        who: 'virtualbox',
        score: 100,
        because: `a note is called ${VIRTUALBOX_CORE_NOTE_NAME}, as VirtualBox’s dumpvmcore has it`,
        at: [{ fileOffset: note.fileOffset, note: note.name }],
      }));
}

/** True for one PT_NOTE, then PT_LOADs that state nothing but where their memory lies. */
function isPlain(
  value: (name: string) => number,
  { type, virtualAddress, align }: Pick<ProgramHeaders, 'type' | 'virtualAddress' | 'align'>,
): boolean {
  return (
    value('e_phoff') === programHeadersAt64 &&
    value('e_ehsize') === programHeadersAt64 &&
    value('e_shnum') === 0 &&
    type.every((each, index) => each === (index === 0 ? PT_NOTE : PT_LOAD)) &&
    virtualAddress.every((address) => address === 0) &&
    align.every((each) => each === 0)
  );
}

/** True for as many NT_PRSTATUS notes as QEMU CPU notes, in this order, and no others. */
function areOfCpus(notes: readonly Note[]): boolean {
  const half = notes.length / 2;
  return (
    notes.length > 0 &&
    notes.every(({ name, type }, index) =>
      index < half
        ? name === CORE_NOTE_NAME && type === NT_PRSTATUS
        : name === QEMU_NOTE_NAME && type === QEMU_CPU_STATE_TYPE,
    )
  );
}
