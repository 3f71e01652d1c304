import { CORE_NOTE_NAME, type Note, NT_PRSTATUS, QEMU_CPU_STATE_TYPE, QEMU_NOTE_NAME } from '@vmcorekit/core';
import type { Flavour } from './detect.ts';

/** What `utsname.machine` says, as this library names machines. */
const machines: readonly { readonly pattern: RegExp; readonly architecture: string }[] = [
  { pattern: /^x86_64$/, architecture: 'x86_64' },
  { pattern: /^i[3-6]86$/, architecture: 'i386' },
  { pattern: /^aarch64(_be)?$/, architecture: 'arm64' },
  { pattern: /^arm/, architecture: 'arm' },
  { pattern: /^ppc64(le)?$/, architecture: 'ppc64' },
  { pattern: /^ppc$/, architecture: 'ppc' },
  { pattern: /^s390x$/, architecture: 's390x' },
  { pattern: /^riscv64$/, architecture: 'riscv64' },
  { pattern: /^loongarch64$/, architecture: 'loongarch64' },
  { pattern: /^mips(el)?$/, architecture: 'mips' },
  { pattern: /^mips64(el)?$/, architecture: 'mips64' },
  { pattern: /^ia64$/, architecture: 'ia64' },
  { pattern: /^sparc64$/, architecture: 'sparc64' },
];

/** Size of Linux's `struct elf_prstatus`, which differs from machine to machine of one word size and byte order. */
const prstatusSizes: readonly (Flavour & { readonly sizeInBytes: number; readonly architecture: string })[] = [
  { wordSizeInBits: 64, byteOrder: 'little', sizeInBytes: 336, architecture: 'x86_64' },
  { wordSizeInBits: 64, byteOrder: 'little', sizeInBytes: 392, architecture: 'arm64' },
  { wordSizeInBits: 64, byteOrder: 'little', sizeInBytes: 376, architecture: 'riscv64' },
  { wordSizeInBits: 64, byteOrder: 'little', sizeInBytes: 504, architecture: 'ppc64' },
  { wordSizeInBits: 64, byteOrder: 'big', sizeInBytes: 504, architecture: 'ppc64' },
  { wordSizeInBits: 64, byteOrder: 'big', sizeInBytes: 336, architecture: 's390x' },
  { wordSizeInBits: 32, byteOrder: 'little', sizeInBytes: 144, architecture: 'i386' },
  { wordSizeInBits: 32, byteOrder: 'little', sizeInBytes: 148, architecture: 'arm' },
];

/** QEMU's x86 CPU state, since 3.0 and before. Source: QEMU target/i386/arch_dump.c. */
const qemuX86StateSizes: readonly number[] = [440, 432];

/**
 * The machine a dump is of, or null where nothing says. QEMU 8.0 and later write `Unknown` as the machine, so the notes are asked then.
 * Only x86 has a `QEMU` note.
 */
export function architectureOf(machine: string, flavour: Flavour, notes: readonly Note[]): string | null {
  const named = machines.find((entry) => entry.pattern.test(machine));
  if (named !== undefined) {
    return named.architecture;
  }
  if (flavour.byteOrder === 'little' && notes.some(isQemuX86State)) {
    return flavour.wordSizeInBits === 64 ? 'x86_64' : 'i386';
  }
  const statuses = notes.filter((note) => note.name === CORE_NOTE_NAME && note.type === NT_PRSTATUS);
  const told = statuses.map((note) =>
    prstatusSizes.find(
      (entry) =>
        entry.sizeInBytes === note.descriptor.length &&
        entry.wordSizeInBits === flavour.wordSizeInBits &&
        entry.byteOrder === flavour.byteOrder,
    ),
  );
  const first = told[0]?.architecture;
  return first !== undefined && told.every((entry) => entry?.architecture === first) ? first : null;
}

function isQemuX86State(note: Note): boolean {
  return note.name === QEMU_NOTE_NAME && note.type === QEMU_CPU_STATE_TYPE && qemuX86StateSizes.includes(note.descriptor.length);
}
