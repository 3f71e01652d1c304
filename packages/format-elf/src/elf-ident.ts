import type { ByteOrder } from '@vmcorekit/core';
import {
  EI_CLASS,
  EI_DATA,
  ELFCLASS32,
  ELFCLASS64,
  ELFDATA2LSB,
  ELFDATA2MSB,
} from './elf-constants.ts';

const magic = [0x7f, 0x45, 0x4c, 0x46];

export interface ElfIdent {
  readonly wordSizeInBits: 32 | 64;
  readonly byteOrder: ByteOrder;
}

/** What e_ident says about the rest of the file; undefined where the bytes are no ELF file. */
export function elfIdent(head: Uint8Array): ElfIdent | undefined {
  const [elfClass, elfData] = [head[EI_CLASS], head[EI_DATA]];
  return magic.every((byte, index) => head[index] === byte) &&
    (elfClass === ELFCLASS32 || elfClass === ELFCLASS64) &&
    (elfData === ELFDATA2LSB || elfData === ELFDATA2MSB)
    ? {
        wordSizeInBits: elfClass === ELFCLASS64 ? 64 : 32,
        byteOrder: elfData === ELFDATA2LSB ? 'little' : 'big',
      }
    : undefined;
}
