import type { PhysicalRange } from '@vmcorekit/core';

/**
 * Firmware of PCs, and hypervisors in its place, give the kernel a list of memory: entries of u64
 * start, u64 length, u32 type. Source: ACPI specification, INT 15h function E820h; Linux,
 * arch/x86/include/uapi/asm/setup_data.h (`struct boot_e820_entry`). Its copies lie in the first
 * MiB: the firmware's own, and that in the boot parameters.
 */
const entrySizeInBytes = 20;
const typeRam = 1;
/** Types of the specification, and Linux's own (E820_TYPE_PRAM is 12). */
const maxType = 20;
/** The kernel takes no more from the firmware (E820_MAX_ENTRIES_ZEROPAGE). */
const maxEntries = 128;
/** RAM at 0, the VGA hole, RAM from 1 MiB on. */
const minEntries = 3;
/** RAM from 0 on ends before the VGA hole at 640 KiB. UEFI often keeps the first page of it. */
const maxFirstLength = 0xa_0000;
/** No machine has more addresses. */
const maxAddress = 2 ** 52;
/** Firmware and boot loader leave up to three; a hostile file may hold thousands. */
const maxMaps = 4;

/** How much of a file is searched for lists. */
export const searchedForMaps: number = 1024 * 1024;

/** A list of memory that firmware left in it. */
export interface FirmwareMap {
  /** Of the first entry. */
  readonly fileOffset: number;
  /** Its entries for RAM, ascending. */
  readonly ram: readonly PhysicalRange[];
}

/** The lists in the first MiB of a file, each different one once, in their order there. */
export function firmwareMapsIn(bytes: Uint8Array): readonly FirmwareMap[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const maps = new Map<string, FirmwareMap>();
  for (let at = 0; at + minEntries * entrySizeInBytes <= bytes.length; at += 4) {
    // The first entry begins at 0. Most words of memory begin no such entry.
    const type = view.getUint32(at + 16, true);
    if (type === 0 || type > maxType || view.getUint32(at, true) !== 0) {
      continue;
    }
    const ram = ramFrom(view, at);
    if (ram !== undefined) {
      const key = ram.map(({ start, end }) => `${start}-${end}`).join();
      if (!maps.has(key) && maps.size < maxMaps) {
        maps.set(key, { fileOffset: at, ram });
      }
    }
  }
  return [...maps.values()];
}

/** Undefined where the bytes are no list. */
function ramFrom(view: DataView, from: number): PhysicalRange[] | undefined {
  const ram: PhysicalRange[] = [];
  let last = 0;
  let count = 0;
  for (let at = from; at + entrySizeInBytes <= view.byteLength; at += entrySizeInBytes) {
    const start = wordAt(view, at);
    const length = wordAt(view, at + 8);
    const type = view.getUint32(at + 16, true);
    const isEntry =
      type >= 1 && type <= maxType && length > 0 && start >= last && start + length <= maxAddress;
    if (!isEntry || (count === 0 && (start !== 0 || length > maxFirstLength))) {
      break;
    }
    if (++count > maxEntries) {
      return undefined;
    }
    last = start + length;
    if (type === typeRam) {
      ram.push({ start, end: last });
    }
  }
  return count >= minEntries && ram.length > 0 ? ram : undefined;
}

/** Exact below 2^53; what is larger is no address. */
function wordAt(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}
