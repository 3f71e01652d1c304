/** An entry of the list of memory that PC firmware leaves in the first MiB. */
export interface FirmwareMapEntry {
  readonly start: number;
  readonly lengthInBytes: number;
  /** 1 is RAM; RAM where left out. */
  readonly type?: number;
}

const entrySizeInBytes = 20;

/**
 * The list as `struct boot_e820_entry` of Linux has it (arch/x86/include/uapi/asm/setup_data.h).
 */
export function buildFirmwareMap(entries: readonly FirmwareMapEntry[]): Uint8Array {
  const bytes = new Uint8Array(entries.length * entrySizeInBytes);
  const view = new DataView(bytes.buffer);
  for (const [index, { start, lengthInBytes, type = 1 }] of entries.entries()) {
    const at = index * entrySizeInBytes;
    view.setBigUint64(at, BigInt(start), true);
    view.setBigUint64(at + 8, BigInt(lengthInBytes), true);
    view.setUint32(at + 16, type, true);
  }
  return bytes;
}

/** What SeaBIOS says of a PC with that much RAM below 4 GiB and above it. */
export function firmwareMapOfPc(below: number, above: number): FirmwareMapEntry[] {
  return [
    { start: 0, lengthInBytes: 0x9_fc00 },
    { start: 0x9_fc00, lengthInBytes: 0x400, type: 2 },
    { start: 0xf_0000, lengthInBytes: 0x1_0000, type: 2 },
    { start: 0x10_0000, lengthInBytes: below - 0x10_0000 - 0x2_0000 },
    { start: below - 0x2_0000, lengthInBytes: 0x2_0000, type: 2 },
    { start: 0xfffc_0000, lengthInBytes: 0x4_0000, type: 2 },
    ...(above === 0 ? [] : [{ start: 2 ** 32, lengthInBytes: above }]),
  ];
}
