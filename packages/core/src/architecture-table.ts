import type { Architecture } from './architecture.ts';
import type { Note } from './note.ts';
import {
  CORE_NOTE_NAME,
  NT_PRFPREG,
  NT_PRSTATUS,
  QEMU_CPU_STATE_TYPE,
  QEMU_NOTE_NAME,
} from './notes/note-types.ts';
import type { BareNote } from './notes/text-notes.ts';
import type { ByteOrder } from './spaces.ts';

/**
 * The registered architectures, looked up by the names and numbers that files give a machine. Where
 * several fit, the one registered first wins.
 */
export class ArchitectureTable {
  readonly #architectures: readonly Architecture[];

  constructor(architectures: readonly Architecture[]) {
    this.#architectures = architectures;
  }

  named(name: string | null): Architecture | undefined {
    return this.#architectures.find((architecture) => architecture.name === name);
  }

  /** The architecture of an ELF file of that class that holds these notes. */
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
   * True where QEMU's own note shows that no architecture of this machine finds page tables in it.
   * Only QEMU's note has control registers.
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
   * The 64-bit architecture whose machine also runs the named 32-bit one: x86_64 for i386. Files of
   * either may carry the `e_machine` of the other.
   */
  widerThan(name: string | null): Architecture | undefined {
    const narrow = this.named(name)?.machines.elf.map(({ machine }) => machine);
    return this.#architectures.find(
      ({ wordSizeInBits, machines }) =>
        wordSizeInBits === 64 && machines.elf.some(({ machine }) => narrow?.includes(machine)),
    );
  }

  /** The architecture on which `uname -m` prints this. An exact match wins over a prefix. */
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
   * The one architecture of that word size and byte order whose CPU notes have these sizes: one of
   * QEMU's CPU notes, else all the NT_PRSTATUS notes, and the NT_PRFPREG notes where several fit.
   * Undefined where there are no such notes, they differ, or several architectures fit. Where none
   * of that word size fits, one of the other size may: the notes may come from a file of the other
   * class.
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
    const candidates =
      fitting.length > 0
        ? fitting
        : inOrder.filter(({ machines }) => machines.prstatusSizeInBytes === size);
    const fpregset = sizesOf(notes, CORE_NOTE_NAME, NT_PRFPREG);
    return (
      onlyOne(candidates) ??
      onlyOne(
        candidates.filter(({ machines }) =>
          machines.fpregsetSizesInBytes?.some((each) => fpregset.has(each)),
        ),
      )
    );
  }

  /**
   * The `e_machine` of a file that holds these notes, for a named architecture. It is the usual
   * number of the architecture, unless another architecture shares one of its other numbers and
   * some NT_PRSTATUS has the size of that architecture's. Then it is the shared number: x86_64
   * shares EM_386 this way. Undefined for an unknown name, and for an architecture without a
   * number.
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
