/** A size in a note area: names and descriptors are padded to four bytes. Source: ELF gABI, "Note Section". */
export function padded(sizeInBytes: number): number {
  return Math.ceil(sizeInBytes / 4) * 4;
}
