import { type BootHeader, type KernelMemory, type KernelView, tryRead } from '@vmcorekit/core';
import { variablesIn } from './code-operands.ts';

const chunkSizeInBytes = 64 * 1024;
/** As far as it is searched; `init_size` of kernels seen is 16 to 64 MiB. */
const maxImageSizeInBytes = 0x800_0000;
const pageSizeInBytes = 4096;
const userOfBootParams = 'boot_params_data_read';
const magic = [0x48, 0x64, 0x72, 0x53] as const;
/** Version 2.10 of the protocol added `pref_address` and `init_size`. */
const versionWithPlace = 0x20a;
const bootFlag = 0xaa55;
const headerSizeInBytes = 0x268;
/** Offsets of the header's fields. Source: Linux, Documentation/arch/x86/boot.rst. */
const at = {
  bootFlag: 0x1fe,
  magic: 0x202,
  version: 0x206,
  kernelAlignment: 0x230,
  preferredAddress: 0x258,
  initSize: 0x260,
} as const;

type SearchedMemory = Pick<KernelMemory, 'translate' | 'tryReadInto'>;

/**
 * The setup headers in the memory of an x86 image whose text begins at `text`. A header at the
 * start of a page is a kernel file's, in memory that the kernel gave away, and is skipped. Yields
 * undefined now and then. Reads no further than the first header says that the image takes.
 */
export function* bootHeadersIn(
  memory: SearchedMemory,
  text: bigint,
): Generator<BootHeader | undefined, void, void> {
  // Chunks overlap by a header, so that none is cut.
  const bytes = new Uint8Array(chunkSizeInBytes + headerSizeInBytes);
  let size = maxImageSizeInBytes;
  for (let chunk = 0; chunk < size; chunk += chunkSizeInBytes) {
    const from = text + BigInt(chunk);
    const isAnyRead = readPages(memory, from, bytes);
    for (let place = 0; isAnyRead; place++) {
      place = bytes.indexOf(magic[0], place);
      if (place < 0 || place >= chunkSizeInBytes + at.magic) {
        break;
      }
      const start = place - at.magic;
      const header = start < 0 ? undefined : headerIn(bytes, start);
      const address = from + BigInt(start);
      if (
        header !== undefined &&
        address % BigInt(pageSizeInBytes) !== 0n &&
        chunk + start + headerSizeInBytes <= header.initSize
      ) {
        size = Math.min(size, header.initSize);
        yield { address, linkedAt: header.preferredAddress };
      }
    }
    yield undefined;
  }
}

/**
 * Reads what the file holds, up to the first page that is not mapped. Other bytes become zeros.
 * False where there is nothing.
 */
function readPages(memory: SearchedMemory, from: bigint, bytes: Uint8Array): boolean {
  let isAnyRead = false;
  let isMapped = true;
  for (let done = 0; done < bytes.length; done += pageSizeInBytes) {
    const page = bytes.subarray(done, done + pageSizeInBytes);
    const address = from + BigInt(done);
    isMapped &&= tryRead(() => memory.translate(address)) !== undefined;
    if (isMapped && memory.tryReadInto(address, page)) {
      isAnyRead = true;
    } else {
      page.fill(0);
    }
  }
  return isAnyRead;
}

/**
 * The header in `boot_params`, where the code of an i386 kernel leads to it. Undefined where none
 * lies there, and on other machines. Source: Linux, arch/x86/kernel/ksysfs.c
 * (boot_params_data_read).
 */
export function bootHeaderByCode(kernel: KernelView): BootHeader | undefined {
  const bytes = new Uint8Array(headerSizeInBytes);
  for (const address of variablesIn(kernel, userOfBootParams)) {
    const header = kernel.memory.tryReadInto(address, bytes) ? headerIn(bytes, 0) : undefined;
    if (header !== undefined) {
      return { address, linkedAt: header.preferredAddress };
    }
  }
  return undefined;
}

function headerIn(
  bytes: Uint8Array,
  start: number,
): { readonly preferredAddress: bigint; readonly initSize: number } | undefined {
  if (
    start + headerSizeInBytes > bytes.length ||
    magic.some((byte, index) => bytes[start + at.magic + index] !== byte)
  ) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, headerSizeInBytes);
  const preferredAddress = view.getBigUint64(at.preferredAddress, true);
  const alignment = view.getUint32(at.kernelAlignment, true);
  const isHeader =
    view.getUint16(at.bootFlag, true) === bootFlag &&
    view.getUint16(at.version, true) >= versionWithPlace &&
    alignment >= pageSizeInBytes &&
    preferredAddress > 0n &&
    preferredAddress % BigInt(alignment) === 0n;
  return isHeader ? { preferredAddress, initSize: view.getUint32(at.initSize, true) } : undefined;
}
