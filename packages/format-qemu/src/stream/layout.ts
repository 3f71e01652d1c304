/** Types of sections. Source: QEMU, migration/savevm.h. */
export const sectionTypes = {
  end: 0x00,
  start: 0x01,
  part: 0x02,
  lastPart: 0x03,
  full: 0x04,
  subsection: 0x05,
  vmdescription: 0x06,
  configuration: 0x07,
  command: 0x08,
  footer: 0x7e,
} as const;

export const SUBSECTION_VERSION_SIZE = 4;

/** Flags of a record of `ram`, in the low bits of its offset. Source: QEMU, migration/ram.c. */
export const ramFlags = {
  zero: 0x02,
  memSize: 0x04,
  page: 0x08,
  endOfSection: 0x10,
  sameBlock: 0x20,
  xbzrle: 0x40,
  hook: 0x80,
  compressedPage: 0x100,
  multifdFlush: 0x200,
} as const;

/** The bits of a record's first word that are flags; the rest is an offset in its block. */
export const ramFlagsMask = 0xfff;

/** Announces that postcopy may follow: then blocks of huge pages state their page size. */
export const POSTCOPY_ADVISE = 3;

/** Commands after which pages come over a socket and not in the file. */
export const postcopyCommands: ReadonlyMap<number, string> = new Map([
  [4, 'POSTCOPY_LISTEN'],
  [5, 'POSTCOPY_RUN'],
  [7, 'PACKAGED'],
]);
