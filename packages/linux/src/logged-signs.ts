import {
  hex,
  type Kernel,
  type PhysicalMemory,
  type PhysicalRange,
  type Progress,
  tryRead,
  type VmcoreInfo,
} from '@vmcorekit/core';
import { panicText, type RoleSign } from './crash-signs.ts';
import type { LogRecord } from './printk/log-record.ts';
import { intactLogOf } from './system/panic.ts';
import { vmcoreInfoTypes } from './vmcoreinfo/vmcoreinfo-types.ts';

/** What Linux prints before its own command line (init/main.c, print_kernel_cmdline). */
const commandLineText = 'Kernel command line: ';
/** LOG_KERN. A program that writes to /dev/kmsg cannot have it (kernel/printk/printk.c). */
const facilityOfKernel = 0;
/** `elfcorehdr=[SIZE@]ADDRESS`, each as memparse() reads it (kernel/crash_dump.c). */
const oldMemory = /(?:^|\s)elfcorehdr=(?:\w+@)?(0x[0-9a-f]+|\d+)([KMG]?)(?=\s|$)/i;
const units: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };
/**
 * What Linux prints of `crashk_res`: in all architectures' own code, and since 6.12 in
 * kernel/crash_reserve.c.
 */
const reservedInMebibytes = /^Reserving (\d+)MB of memory at (\d+)MB for crashkernel/;
const reservedFromTo = /^crashkernel reserved: (0x[0-9a-f]+) - (0x[0-9a-f]+) \(/;
/** The magic number, and e_type of a core file. */
const elfMagic = [0x7f, 0x45, 0x4c, 0x46];
const elfTypeAt = 16;
const elfTypeCore = 4;
const elfHeadInBytes = elfTypeAt + 2;

/** What a kernel's log says of crashes. */
export interface LoggedSigns {
  /** Where the log is. */
  readonly virtualAddress: bigint;
  /** The kernel's role; left out where the log shows neither a crash nor an old kernel. */
  readonly role?: RoleSign;
  /** What it reserved for a capture kernel; left out where it says nothing of it. */
  readonly captureReserve?: PhysicalRange;
}

/**
 * The signs in the log of a kernel whose symbols name no variables: its own VMCOREINFO says where
 * the log is. A kernel that was given the ELF header of an old kernel's memory, which still lies
 * there, captures it. One that printed a panic has crashed. Only what the kernel printed itself
 * counts. Undefined where VMCOREINFO names no log.
 * @param physical the machine's memory
 */
export function* loggedSignsOf(
  kernel: Pick<Kernel, 'memory' | 'symbols'>,
  physical: PhysicalMemory,
  vmcoreinfo: VmcoreInfo,
): Generator<Progress, LoggedSigns | undefined, void> {
  const virtualAddress = vmcoreinfo.symbol('prb') ?? vmcoreinfo.symbol('log_buf');
  if (virtualAddress === undefined) {
    return undefined;
  }
  const texts = (yield* recordsOf(kernel, vmcoreinfo))
    .filter(({ facility }) => facility === facilityOfKernel)
    .map(({ text }) => text);
  const role = roleIn(texts, physical, virtualAddress);
  const captureReserve = reserveIn(texts);
  return {
    virtualAddress,
    ...(role === undefined ? {} : { role }),
    ...(captureReserve === undefined ? {} : { captureReserve }),
  };
}

function roleIn(
  texts: readonly string[],
  physical: PhysicalMemory,
  virtualAddress: bigint,
): RoleSign | undefined {
  const header = oldMemoryIn(texts.find((text) => text.startsWith(commandLineText)) ?? '');
  if (header !== undefined) {
    const isThere = isElfCore(physical, header);
    return {
      role: isThere ? 'capture' : 'unknown',
      because: `its log has elfcorehdr=${hex(header)} in its command line, and ${isThere ? 'the' : 'no'} ELF header of a core lies there`,
      virtualAddress,
    };
  }
  return texts.some((text) => text.startsWith(panicText))
    ? { role: 'crashed', because: 'its log shows its own panic', virtualAddress }
    : undefined;
}

/** The first memory that the kernel says it reserved; it may reserve some below 4 GiB as well. */
function reserveIn(texts: readonly string[]): PhysicalRange | undefined {
  for (const text of texts) {
    const [, sizeInMebibytes, startInMebibytes] = reservedInMebibytes.exec(text) ?? [];
    const [, first, last] = reservedFromTo.exec(text) ?? [];
    const start = first === undefined ? Number(startInMebibytes) * 2 ** 20 : Number(first);
    const end = last === undefined ? start + Number(sizeInMebibytes) * 2 ** 20 : Number(last);
    if (start < end && Number.isSafeInteger(end)) {
      return { start, end };
    }
  }
  return undefined;
}

function* recordsOf(
  { memory, symbols }: Pick<Kernel, 'memory' | 'symbols'>,
  vmcoreinfo: VmcoreInfo,
): Generator<Progress, readonly LogRecord[], void> {
  const types = vmcoreInfoTypes(vmcoreinfo);
  const log = yield* intactLogOf({ memory, symbols, vmcoreinfo, types });
  return typeof log === 'string'
    ? []
    : log.records.flatMap((record) => ('text' in record ? [record] : []));
}

function oldMemoryIn(commandLine: string): number | undefined {
  const [, digits, unit = ''] = oldMemory.exec(commandLine) ?? [];
  const address =
    digits === undefined ? Number.NaN : Number(digits) * (units[unit.toUpperCase()] ?? 1);
  return Number.isSafeInteger(address) ? address : undefined;
}

function isElfCore(physical: PhysicalMemory, address: number): boolean {
  const head = tryRead(() => physical.read(address, elfHeadInBytes));
  return (
    head !== undefined &&
    elfMagic.every((byte, index) => head[index] === byte) &&
    [head[elfTypeAt], head[elfTypeAt + 1]].includes(elfTypeCore)
  );
}
