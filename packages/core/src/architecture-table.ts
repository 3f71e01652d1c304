import type { Architecture } from './architecture.ts';
import type { Note } from './note.ts';
import {
  CORE_NOTE_NAME,
  NT_PRSTATUS,
  QEMU_CPU_STATE_TYPE,
  QEMU_NOTE_NAME,
} from './notes/note-types.ts';
import type { BareNote } from './notes/text-notes.ts';
import type { ByteOrder } from './spaces.ts';

/**
 * The architectures there are, as formats and writers ask for them: by what files call a machine.
 * Where several fit, the one registered first is meant.
 */
export class ArchitectureTable {
  readonly #architectures: readonly Architecture[];

  constructor(architectures: readonly Architecture[]) {
    this.#architectures = architectures;
  }

  named(name: string | null): Architecture | undefined {
    return this.#architectures.find((architecture) => architecture.name === name);
  }

  /** The architecture of an ELF file of that class, which holds these notes. */
  ofElf(
    machine: number,
    wordSizeInBits: 32 | 64,
    notes: readonly Note[] = [],
  ): Architecture | undefined {
    return this.#architectures.find((architecture) =>
      architecture.machines.elf.some(
        (entry) =>
          entry.machine === machine &&
          (entry.wordSizeInBits === wordSizeInBits || entry.wordSizeInBits === 'any') &&
          (entry.onlyUntranslated !== true || this.#isFirstCpuUntranslated(machine, notes)),
      ),
    );
  }

  /**
   * By QEMU's own note, which alone has control registers: none of that machine's architectures
   * finds page tables in it.
   */
  #isFirstCpuUntranslated(machine: number, notes: readonly Note[]): boolean {
    const note = notes.find(
      ({ name, type }) => name === QEMU_NOTE_NAME && type === QEMU_CPU_STATE_TYPE,
    );
    const sharing = this.#architectures.filter(({ machines }) =>
      machines.elf.some((entry) => entry.machine === machine),
    );
    const states = sharing.map(({ registers, byteOrder = 'little', mmu }) => {
      const state = note === undefined ? undefined : registers?.read(note, byteOrder);
      return state === undefined ? undefined : { root: mmu?.rootOf(state.registers) };
    });
    return states.every((state) => state !== undefined && state.root === undefined);
  }

  /**
   * The 64-bit architecture of the machine that runs the named 32-bit one too: files of the one may
   * bear the `e_machine` of the other. x86_64 for i386.
   */
  widerThan(name: string | null): Architecture | undefined {
    const narrow = this.named(name)?.machines.elf.map(({ machine }) => machine);
    return this.#architectures.find(
      ({ wordSizeInBits, machines }) =>
        wordSizeInBits === 64 && machines.elf.some(({ machine }) => narrow?.includes(machine)),
    );
  }

  /**
   * The architecture on which `uname -m` says this: one that says exactly so before one by a
   * prefix.
   */
  ofUtsname(machine: string): Architecture | undefined {
    return (
      this.#architectures.find(({ machines }) => machines.utsname.includes(machine)) ??
      this.#architectures.find(({ machines }) =>
        machines.utsname.some(
          (name) => name.endsWith('*') && machine.startsWith(name.slice(0, -1)),
        ),
      )
    );
  }

  /**
   * The one architecture of that word size and byte order whose CPUs the notes are of, by their
   * sizes: one of QEMU's notes of a CPU, else all the NT_PRSTATUS notes. Undefined where there are
   * none, they differ, or several architectures fit. Where none of that word size fits, one of the
   * other may: the notes are copied from a file of the other class.
   */
  ofNotes(
    notes: readonly BareNote[],
    wordSizeInBits: 32 | 64,
    byteOrder: ByteOrder,
  ): Architecture | undefined {
    const inOrder = this.#architectures.filter(
      (architecture) => (architecture.byteOrder ?? byteOrder) === byteOrder,
    );
    const possible = inOrder.filter(
      (architecture) => architecture.wordSizeInBits === wordSizeInBits,
    );
    const qemu = sizesOf(notes, QEMU_NOTE_NAME, QEMU_CPU_STATE_TYPE);
    const prstatus = sizesOf(notes, CORE_NOTE_NAME, NT_PRSTATUS);
    const [size] = prstatus;
    const ofQemu = onlyOne(
      possible.filter(({ machines }) =>
        machines.qemuNoteSizesInBytes?.some((each) => qemu.has(each)),
      ),
    );
    if (ofQemu !== undefined || size === undefined || prstatus.size > 1) {
      return ofQemu;
    }
    const fitting = possible.filter(({ machines }) => machines.prstatusSizeInBytes === size);
    return onlyOne(
      fitting.length > 0
        ? fitting
        : inOrder.filter(({ machines }) => machines.prstatusSizeInBytes === size),
    );
  }

  /**
   * The `e_machine` of a file that holds these notes, for an architecture by its name: its usual
   * one, but another of its own where some NT_PRSTATUS is as large as those of the architecture
   * that shares it. x86_64 shares EM_386 so. Undefined where no architecture has that name, or it
   * has no number.
   */
  elfMachineOf(name: string | null, notes: readonly BareNote[]): number | undefined {
    const [usual, ...others] = this.named(name)?.machines.elf ?? [];
    const sizes = sizesOf(notes, CORE_NOTE_NAME, NT_PRSTATUS);
    const shared = others.find(({ machine }) =>
      this.#architectures.some(
        ({ name: other, machines: { elf, prstatusSizeInBytes } }) =>
          other !== name &&
          elf.some((entry) => entry.machine === machine) &&
          prstatusSizeInBytes !== undefined &&
          sizes.has(prstatusSizeInBytes),
      ),
    );
    return (shared ?? usual)?.machine;
  }
}

function sizesOf(
  notes: readonly BareNote[],
  wantedName: string,
  wantedType: number,
): ReadonlySet<number> {
  return new Set(
    notes
      .filter(({ name, type }) => name === wantedName && type === wantedType)
      .map(({ descriptor }) => descriptor.length),
  );
}

function onlyOne(architectures: readonly Architecture[]): Architecture | undefined {
  return architectures.length === 1 ? architectures[0] : undefined;
}
