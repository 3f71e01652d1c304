import {
  type ByteSource,
  checkInside,
  type FileClaim,
  type FileHead,
  hasAt,
  isVmcorekitError,
  readExactly,
  SliceSource,
  StructView,
  type SymbolFile,
  type SymbolFileContext,
  type SymbolTable,
  VmcorekitError,
} from '@vmcorekit/core';
import { readElfHeader } from './elf-header.ts';
import { readSections } from './vmlinux/section-headers.ts';
import { strippedKernel } from './vmlinux/stripped-kernel.ts';

/** Source: Linux, Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header". */
const header = {
  setup_sects: 0x1f1,
  boot_flag: 0x1fe,
  header: 0x202,
  version: 0x206,
  payload_offset: 0x248,
  payload_length: 0x24c,
  sizeInBytes: 0x268,
} as const;
/** The first protocol with `payload_offset`: Linux 2.6.26. */
const firstWithPayload = 0x208;
const sectorInBytes = 512;
/**
 * The kernel's build appends the unpacked size to the payload, except for gzip, whose stream ends
 * with it. Source: Linux, scripts/Makefile.lib (size_append).
 */
const appendedSizeInBytes = 4;
/** What the payload may begin with. Source: Linux, lib/decompress.c. */
const methods: readonly (readonly [string, string])[] = [
  ['gzip', '\x1f\x8b'],
  ['bzip2', 'BZh'],
  ['lzma', '\x5d\0\0'],
  ['xz', '\xfd7zXZ\0'],
  ['lzo', '\x89LZO'],
  ['lz4', '\x02\x21\x4c\x18'],
  ['zstd', '\x28\xb5\x2f\xfd'],
];

/** The types of a vmlinuz: the BTF of the kernel compressed in a bzImage of x86. */
export class Vmlinuz implements SymbolFile {
  readonly name: string = 'vmlinuz';
  readonly summary: string = 'vmlinuz (bzImage), for the BTF of the kernel that it unpacks';

  probe({ head }: FileHead): FileClaim | undefined {
    const version = (head[header.version] ?? 0) | ((head[header.version + 1] ?? 0) << 8);
    return hasAt(head, header.boot_flag, '\x55\xaa') &&
      hasAt(head, header.header, 'HdrS') &&
      version >= firstWithPayload
      ? { because: `'HdrS' at offset 0x202, boot protocol ${text(version)}`, strength: 'signature' }
      : undefined;
  }

  async open(source: ByteSource, context: SymbolFileContext): Promise<SymbolTable> {
    let owned = source;
    try {
      const { name } = source;
      const payload = payloadOf(source);
      owned = payload;
      const unpacked = await unpackedBy(context, payload, name);
      owned = unpacked;
      const elf = readElfHeader(unpacked);
      const kernel = strippedKernel(unpacked, readSections(unpacked, elf), elf, name);
      if (kernel === undefined) {
        throw new VmcorekitError('unsupported', {
          what: `${name} holds no types, or no build ID and banner to prove whose they are`,
          advice: 'use the vmlinux of the debug package of that kernel',
        });
      }
      return kernel;
    } finally {
      owned[Symbol.dispose]();
    }
  }
}

/** Where the compressed kernel lies. Throws `truncated` where the file does not hold all of it. */
function payloadOf(source: ByteSource): SliceSource {
  const structure = 'bzImage header';
  const view = new StructView(
    readExactly(source, 0, header.sizeInBytes, structure),
    'little',
    structure,
  );
  // 0 means 4, as very old loaders had it.
  const setupSectors = view.uint8(header.setup_sects) || 4;
  const start = (setupSectors + 1) * sectorInBytes + view.uint32(header.payload_offset);
  const length = view.uint32(header.payload_length);
  checkInside(source, start, length, 'compressed kernel');
  return new SliceSource(source, start, length, `the kernel in ${source.name}`);
}

/** Unpacks the kernel with the containers of the toolkit. */
async function unpackedBy(
  context: SymbolFileContext,
  payload: SliceSource,
  file: string,
): Promise<ByteSource> {
  const head = readExactly(payload, 0, Math.min(8, payload.sizeInBytes), 'compressed kernel');
  const [method] = methods.find(([, magic]) => hasAt(head, 0, magic)) ?? [];
  if (method === undefined) {
    throw cannotUnpack(file, 'in a way that is not known');
  }
  const tail = method === 'gzip' ? 0 : appendedSizeInBytes;
  const stream = new SliceSource(payload, 0, payload.sizeInBytes - tail);
  try {
    return await context.unpack(stream);
  } catch (error) {
    if (isVmcorekitError(error, 'unsupported') || isVmcorekitError(error, 'unknown-format')) {
      throw cannotUnpack(file, `with ${method}, which is not unpacked here`, error);
    }
    throw error;
  }
}

function cannotUnpack(file: string, how: string, cause?: unknown): VmcorekitError {
  return new VmcorekitError(
    'unsupported',
    {
      what: `${file}: its kernel is compressed ${how}`,
      advice: "unpack it with scripts/extract-vmlinux of Linux's source, and give the result",
    },
    { cause },
  );
}

function text(version: number): string {
  return `${version >> 8}.${String(version & 0xff).padStart(2, '0')}`;
}
