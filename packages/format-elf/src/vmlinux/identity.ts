import {
  type ByteOrder,
  type ByteSource,
  btfLimitInBytes,
  hexText,
  latin1UntilNul,
  parseNotes,
  readExactly,
} from '@vmcorekit/core';
import { SHT_NOTE } from '../elf-constants.ts';
import type { Section } from './section-headers.ts';

const NT_GNU_BUILD_ID = 3;
const bannerLimitInBytes = 1024;
const notesLimitInBytes = 1024 * 1024;

/**
 * The GNU build ID in lower-case hexadecimal, or undefined. A kernel's notes are aligned to four
 * bytes.
 */
export function buildIdOf(
  source: ByteSource,
  sections: readonly Section[],
  byteOrder: ByteOrder,
): string | undefined {
  for (const { sh_type, sh_offset, fileSizeInBytes, name } of sections) {
    const length = Math.min(fileSizeInBytes, notesLimitInBytes);
    if (sh_type === SHT_NOTE && sh_offset + length <= source.sizeInBytes) {
      const { notes } = parseNotes(
        readExactly(source, sh_offset, length, `section ${name}`),
        byteOrder,
        sh_offset,
      );
      const note = notes.find(
        (candidate) => candidate.name === 'GNU' && candidate.type === NT_GNU_BUILD_ID,
      );
      if (note !== undefined) {
        return hexText(note.descriptor);
      }
    }
  }
  return undefined;
}

/**
 * The text at `linux_banner`, without its line end. Undefined where the file does not hold it: a
 * file of debug information only has no bytes in its .rodata.
 */
export function bannerOf(
  source: ByteSource,
  sections: readonly Section[],
  linux_banner: bigint | undefined,
): string | undefined {
  const section = sections.find(
    ({ sh_addr, fileSizeInBytes }) =>
      linux_banner !== undefined &&
      sh_addr !== 0n &&
      linux_banner >= sh_addr &&
      linux_banner < sh_addr + BigInt(fileSizeInBytes),
  );
  if (section === undefined || linux_banner === undefined) {
    return undefined;
  }
  const inSection = Number(linux_banner - section.sh_addr);
  const bytes = new Uint8Array(Math.min(bannerLimitInBytes, section.fileSizeInBytes - inSection));
  const fileOffset = section.sh_offset + inSection;
  const text =
    fileOffset < source.sizeInBytes
      ? latin1UntilNul(bytes.subarray(0, source.readInto(fileOffset, bytes)))
      : '';
  return text.startsWith('Linux version ') ? text.split('\n', 1)[0] : undefined;
}

/** The kernel's types as BTF bytes; undefined where the file holds none, or not all of them. */
export function btfOf(source: ByteSource, sections: readonly Section[]): Uint8Array | undefined {
  const section = sections.find(
    ({ name, fileSizeInBytes }) => name === '.BTF' && fileSizeInBytes > 0,
  );
  return section === undefined ||
    section.fileSizeInBytes > btfLimitInBytes ||
    section.sh_offset + section.fileSizeInBytes > source.sizeInBytes
    ? undefined
    : readExactly(source, section.sh_offset, section.fileSizeInBytes, 'section .BTF');
}
