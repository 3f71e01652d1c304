import type { Architecture } from './architecture.ts';
import { CORE_NOTE_NAME, NT_PRSTATUS } from './notes/note-types.ts';
import type { BareNote } from './notes/text-notes.ts';
import type { ByteOrder } from './spaces.ts';

/** The architectures there are, as files ask for them: by what they call a machine. */
export class ArchitectureTable {
  readonly #architectures: readonly Architecture[];

  constructor(architectures: readonly Architecture[]) {
    this.#architectures = architectures;
  }

  named(name: string | null): Architecture | undefined {
    return this.#architectures.find((architecture) => architecture.name === name);
  }

  /** The architecture of an ELF file of that class. */
  ofElf(machine: number, wordSizeInBits: 32 | 64): Architecture | undefined {
    return this.#architectures.find(({ machines }) =>
      machines.elf.some(
        (entry) => entry.machine === machine && (entry.wordSizeInBits === wordSizeInBits || entry.wordSizeInBits === 'any'),
      ),
    );
  }

  /** The architecture on which `uname -m` says this: one that says exactly so before one by a prefix. */
  ofUtsname(machine: string): Architecture | undefined {
    return (
      this.#architectures.find(({ machines }) => machines.utsname.includes(machine)) ??
      this.#architectures.find(({ machines }) =>
        machines.utsname.some((name) => name.endsWith('*') && machine.startsWith(name.slice(0, -1))),
      )
    );
  }

  /**
   * The one architecture of that word size and byte order whose NT_PRSTATUS notes are as large as all
   * of these; undefined where there are none, they differ, or several architectures fit.
   */
  ofPrstatus(notes: readonly BareNote[], wordSizeInBits: 32 | 64, byteOrder: ByteOrder): Architecture | undefined {
    const sizes = new Set(
      notes
        .filter(({ name, type }) => name === CORE_NOTE_NAME && type === NT_PRSTATUS)
        .map(({ descriptor }) => descriptor.length),
    );
    const [size] = sizes;
    const fitting = this.#architectures.filter(
      (architecture) =>
        architecture.machines.prstatusSizeInBytes === size &&
        architecture.wordSizeInBits === wordSizeInBits &&
        (architecture.byteOrder ?? byteOrder) === byteOrder,
    );
    return size !== undefined && sizes.size === 1 && fitting.length === 1 ? fitting[0] : undefined;
  }
}
