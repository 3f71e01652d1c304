import {
  type AddressSpace,
  hexText,
  type KernelView,
  parseNotes,
  type SymbolTable,
  tryRead,
} from '@vmcorekit/core';

const bannerLimitInBytes = 1024;
const notesLimitInBytes = 64 * 1024;
const NT_GNU_BUILD_ID = 3;

/** The start of every kernel's `linux_banner`. Source: Linux, init/version-timestamp.c. */
export const bannerStart = 'Linux version ';

/**
 * The banner at an address, without its line end. Undefined where there is no banner, or it cannot
 * be read.
 */
export function bannerAt(space: AddressSpace, address: bigint): string | undefined {
  const text = tryRead(() => space.readString(address, bannerLimitInBytes));
  return text?.startsWith(bannerStart) === true ? text.split('\n', 1)[0] : undefined;
}

/** The release (`uname -r`) in a banner. */
export function releaseOf(banner: string): string | undefined {
  return /^Linux version ([!-~]{1,64}) /.exec(banner)?.[1];
}

/**
 * The GNU build ID among the kernel's own notes (`__start_notes` to `__stop_notes`), lower-case
 * hexadecimal.
 */
export function buildIdFrom(
  { memory }: Pick<KernelView, 'memory'>,
  symbols: SymbolTable,
): string | undefined {
  const start = symbols.find('__start_notes')?.address;
  const stop = symbols.find('__stop_notes')?.address;
  if (
    start === undefined ||
    stop === undefined ||
    stop <= start ||
    stop - start > notesLimitInBytes
  ) {
    return undefined;
  }
  const bytes = tryRead(() => memory.read(start, Number(stop - start)));
  const notes = bytes === undefined ? [] : parseNotes(bytes, memory.byteOrder, 0).notes;
  const note = notes.find(
    (candidate) => candidate.name === 'GNU' && candidate.type === NT_GNU_BUILD_ID,
  );
  return note === undefined ? undefined : hexText(note.descriptor);
}
