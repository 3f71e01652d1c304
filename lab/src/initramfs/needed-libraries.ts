const programHeaderSizeInBytes = 56;
const entrySizeInBytes = 16;
// Source: the System V ABI, chapters "Program Header" and "Dynamic Section".
const loadSegment = 1; // PT_LOAD
const dynamicSegment = 2; // PT_DYNAMIC
const neededTag = 1; // DT_NEEDED
const stringTableTag = 5; // DT_STRTAB

const bigEndian = 2; // ELFDATA2MSB

interface Segment {
  readonly type: number;
  readonly fileOffset: number;
  readonly address: number;
  readonly sizeInBytes: number;
}

/**
 * The names of the shared libraries that a program or library asks its loader for. It reads ELF64
 * in either byte order, because no tool of this machine need know the program's.
 */
export function neededLibraries(file: Buffer): readonly string[] {
  const read = readerOf(file);
  const segments = segmentsOf(read);
  const dynamic = segments.find(({ type }) => type === dynamicSegment);
  if (dynamic === undefined) {
    return [];
  }
  const entries = Array.from(
    { length: Math.floor(dynamic.sizeInBytes / entrySizeInBytes) },
    (_, index) => {
      const at = dynamic.fileOffset + index * entrySizeInBytes;
      return { tag: read.uint64(at), value: read.uint64(at + 8) };
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

/** Numbers of the file, in its own byte order. */
interface Reader {
  uint16(at: number): number;
  uint32(at: number): number;
  uint64(at: number): number;
}

function readerOf(file: Buffer): Reader {
  return file[5] === bigEndian // EI_DATA
    ? {
        uint16: (at) => file.readUInt16BE(at),
        uint32: (at) => file.readUInt32BE(at),
        uint64: (at) => Number(file.readBigUInt64BE(at)),
      }
    : {
        uint16: (at) => file.readUInt16LE(at),
        uint32: (at) => file.readUInt32LE(at),
        uint64: (at) => Number(file.readBigUInt64LE(at)),
      };
}

function segmentsOf(read: Reader): readonly Segment[] {
  const e_phoff = read.uint64(32);
  return Array.from({ length: read.uint16(56) }, (_, index) => {
    const at = e_phoff + index * programHeaderSizeInBytes;
    return {
      type: read.uint32(at),
      fileOffset: read.uint64(at + 8),
      address: read.uint64(at + 16),
      sizeInBytes: read.uint64(at + 32),
    };
  });
}
