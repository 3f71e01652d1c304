import { hex, type KernelView, tryRead } from '@vmcorekit/core';
import type { RoleSign } from './crash-signs.ts';

/** ELFCORE_ADDR_MAX: the kernel was given no old memory. */
const noHeader = 0xffff_ffff_ffff_ffffn;
/** ELFCORE_ADDR_ERR: it was given some, and could not use it. */
const unusableHeader = noHeader - 1n;
/** kexec-tools give the address in KiB; the kernel aligns it to 4096. */
const alignmentInBytes = 1024n;
const physicalAddressLimit = 1n << 52n;
const givenBy = 'elfcorehdr=';
/**
 * Machines whose capture kernel gets that address in the device tree (`linux,elfcorehdr`), and not
 * on its command line. Source: Linux, drivers/of/kexec.c.
 */
const byDeviceTree: ReadonlySet<string> = new Set(['arm64', 'riscv64']);

/**
 * The sign that a kernel captures another one: its command line gave it that one's memory
 * (`elfcorehdr_addr`). One changed bit also gives the variable such a value. So the role is unknown
 * where the command line disagrees, or the value is an impossible address. Source: Linux,
 * include/linux/crash_dump.h, kernel/crash_dump.c (setup_elfcorehdr),
 * arch/x86/kernel/kexec-bzimage64.c (setup_cmdline).
 * @returns false where the kernel says that it was given none; undefined where it does not say.
 */
export function captureSignOf(
  kernel: Pick<KernelView, 'dump' | 'memory' | 'symbols'>,
): RoleSign | false | undefined {
  const virtualAddress = kernel.symbols.find('elfcorehdr_addr')?.address;
  if (virtualAddress === undefined) {
    return undefined;
  }
  const value = tryRead(() => kernel.memory.readUint64(virtualAddress));
  if (value === noHeader) {
    return false;
  }
  const isGiven = byDeviceTree.has(kernel.dump.architecture?.name ?? '')
    ? undefined
    : isOldMemoryGiven(kernel);
  if (value === undefined || value === 0n) {
    const because =
      'the variable elfcorehdr_addr is lost, and the command line does not rule out old memory';
    return isGiven === false ? false : { role: 'unknown', because, virtualAddress };
  }
  const isMeant =
    value === unusableHeader || (value % alignmentInBytes === 0n && value < physicalAddressLimit);
  const isCapture = isMeant && isGiven !== false;
  return {
    role: isCapture ? 'capture' : 'unknown',
    because: `the variable elfcorehdr_addr holds ${hex(value)}`,
    virtualAddress,
  };
}

/** The address on the command line; undefined where the command line cannot be read. */
function isOldMemoryGiven({
  memory,
  symbols,
}: Pick<KernelView, 'memory' | 'symbols'>): boolean | undefined {
  const pointer = symbols.find('saved_command_line')?.address;
  const text =
    pointer === undefined
      ? undefined
      : tryRead(() => memory.readString(memory.readPointer(pointer)));
  return text === undefined || text === '' ? undefined : text.includes(givenBy);
}
