/**
 * Numbers of the ELF format, under their names. Source: System V gABI, "Object Files"; Linux
 * include/uapi/linux/elf.h.
 */

export const EI_CLASS = 4;
export const EI_DATA = 5;
export const ELFCLASS32 = 1;
export const ELFCLASS64 = 2;
export const ELFDATA2LSB = 1;
export const ELFDATA2MSB = 2;
export const ET_EXEC = 2;
export const ET_DYN = 3;
export const ET_CORE = 4;
export const PT_LOAD = 1;
export const PT_NOTE = 4;
/** In e_phnum: the count does not fit, and stands in section header 0's sh_info. */
export const PN_XNUM = 0xffff;
export const SHT_SYMTAB = 2;
export const SHT_STRTAB = 3;
export const SHT_NOTE = 7;
export const SHT_NOBITS = 8;

/** In e_shstrndx: the index does not fit, and stands in section header 0's sh_link. */
export const SHN_XINDEX = 0xffff;
export const SHN_UNDEF = 0;
export const SHN_ABS = 0xfff1;
/** Types, the low half of st_info. */
export const STT_SECTION = 3;
export const STT_FILE = 4;
/** Bindings, the high half of st_info. */
export const STB_LOCAL = 0;
export const STB_WEAK = 2;
/** In sh_flags. */
export const SHF_WRITE = 1;
export const SHF_EXECINSTR = 4;
export const SHF_COMPRESSED = 0x800;
