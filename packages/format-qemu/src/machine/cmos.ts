import { type ByteSource, uint64At } from '@vmcorekit/core';
import type { DeviceSection } from '../stream/device-section.ts';

const cmosSizeInBytes = 128;
const sixteenMebibytes: number = 16 * 2 ** 20;
const gibibyte4: number = 4 * 2 ** 30;

/** The sizes of a PC's memory, as its firmware reads them. */
export interface CmosMemory {
  /** Where the RAM below 4 GiB ends. */
  readonly lowRamEnd: number;
  readonly aboveFourGibibytes: number;
  /** Where the sizes stand in the file. */
  readonly statedAt: number;
}

/**
 * Reads the sizes out of the clock's memory, in units of 64 KiB: at 0x34 what lies from 16 MiB on,
 * at 0x5b what lies from 4 GiB on. Undefined where the device has none. Source: QEMU,
 * hw/i386/x86-common.c, x86_cpus and rtc_set_memory.
 */
export function readCmosMemory(
  source: ByteSource,
  devices: readonly DeviceSection[],
): CmosMemory | undefined {
  const clock = devices.find(({ name }) => name === 'mc146818rtc');
  if (clock === undefined || clock.bodyEnd - clock.bodyAt < cmosSizeInBytes) {
    return undefined;
  }
  const cmos = new Uint8Array(cmosSizeInBytes);
  source.readInto(clock.bodyAt, cmos);
  const units = uint64At(cmos, 0x34, 'little') & 0xffffn;
  const unitsAbove = uint64At(cmos, 0x5b, 'little') & 0xff_ffffn;
  const lowRamEnd = Number(units << 16n) + sixteenMebibytes;
  if (units === 0n || lowRamEnd > gibibyte4) {
    return undefined;
  }
  return {
    lowRamEnd,
    aboveFourGibibytes: Number(unitsAbove << 16n),
    statedAt: clock.bodyAt + 0x34,
  };
}
