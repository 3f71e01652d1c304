const programHeaderSizeInBytes = 56;
const entrySizeInBytes = 16;
// Source: the System V ABI, chapters "Program Header" and "Dynamic Section".
const loadSegment = 1; // PT_LOAD
const dynamicSegment = 2; // PT_DYNAMIC
const neededTag = 1n; // DT_NEEDED
const stringTableTag = 5n; // DT_STRTAB

interface Segment {
  readonly type: number;
  readonly fileOffset: number;
  readonly address: number;
  readonly sizeInBytes: number;
}

/**
 * The names of the shared libraries that a program or library asks its loader for. It reads ELF64,
 * little-endian, because no tool of this machine need know the program's.
 */
export function neededLibraries(file: Buffer): readonly string[] {
  const segments = segmentsOf(file);
  const dynamic = segments.find(({ type }) => type === dynamicSegment);
  if (dynamic === undefined) {
    return [];
  }
  const entries = Array.from(
    { length: Math.floor(dynamic.sizeInBytes / entrySizeInBytes) },
    (_, index) => {
      const at = dynamic.fileOffset + index * entrySizeInBytes;
      return { tag: file.readBigUInt64LE(at), value: Number(file.readBigUInt64LE(at + 8)) };
    },
  );
  const tableAddress = entries.find(({ tag }) => tag === stringTableTag)?.value ?? 0;
  const holder = segments.find(
    ({ type, address, sizeInBytes }) =>
      type === loadSegment && tableAddress >= address && tableAddress < address + sizeInBytes,
  );
  const table = tableAddress - (holder?.address ?? 0) + (holder?.fileOffset ?? 0);
  return entries
    .filter(({ tag }) => tag === neededTag)
    .map(({ value }) => file.toString('latin1', table + value, file.indexOf(0, table + value)));
}

function segmentsOf(file: Buffer): readonly Segment[] {
  const e_phoff = Number(file.readBigUInt64LE(32));
  return Array.from({ length: file.readUInt16LE(56) }, (_, index) => {
    const at = e_phoff + index * programHeaderSizeInBytes;
    return {
      type: file.readUInt32LE(at),
      fileOffset: Number(file.readBigUInt64LE(at + 8)),
      address: Number(file.readBigUInt64LE(at + 16)),
      sizeInBytes: Number(file.readBigUInt64LE(at + 32)),
    };
  });
}
