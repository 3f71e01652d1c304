import {
  hex,
  type Kernel,
  type PhysicalMemory,
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
/** The magic number, and e_type of a core file. */
const elfMagic = [0x7f, 0x45, 0x4c, 0x46];
const elfTypeAt = 16;
const elfTypeCore = 4;
const elfHeadInBytes = elfTypeAt + 2;

/**
 * The sign of a kernel's role in its log, for one whose symbols name no variables: its own
 * VMCOREINFO says where the log is. A kernel that was given the ELF header of an old kernel's
 * memory, which still lies there, captures it. One that printed a panic has crashed. Only what the
 * kernel printed itself counts. Undefined where the log says neither, or cannot be read.
 * @param physical the machine's memory
 */
export function* loggedRoleOf(
  kernel: Pick<Kernel, 'memory' | 'symbols'>,
  physical: PhysicalMemory,
  vmcoreinfo: VmcoreInfo,
): Generator<Progress, RoleSign | undefined, void> {
  const virtualAddress = vmcoreinfo.symbol('prb') ?? vmcoreinfo.symbol('log_buf');
  if (virtualAddress === undefined) {
    return undefined;
  }
  const texts = (yield* recordsOf(kernel, vmcoreinfo))
    .filter(({ facility }) => facility === facilityOfKernel)
    .map(({ text }) => text);
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
