import {
  type KernelView,
  latin1UntilNul,
  type PhysicalMemory,
  tryRead,
  type VmcoreInfo,
} from '@vmcorekit/core';
import { bannerAt, releaseOf } from '../identity/banner.ts';

/** Linux's `struct new_utsname`: six strings of 65 bytes. Source: include/uapi/linux/utsname.h. */
const names = ['sysname', 'nodename', 'release', 'version', 'machine', 'domainname'] as const;
const stringSizeInBytes = 65;
/**
 * `name` comes first in `struct uts_namespace` since Linux 5.11. Before, it followed a reference
 * count; VMCOREINFO says which.
 */
const usualOffsets = [0, 4];
/** What Linux puts into each: `6.1.0-50-arm64`, `#1 SMP …`, `aarch64`. */
const wholeRelease = /^\d+\.\d+[!-~]*$/;
const wholeVersion = /^#\d/;
const wholeMachine = /^[\w-]+$/;

export type Utsname = Readonly<Partial<Record<(typeof names)[number], string>>>;

/**
 * The `uname` strings of a located kernel, from `init_uts_ns`. Undefined where they cannot be read,
 * or are of another release. Where none is proved, the kernel's banner may not name another.
 */
export function utsnameOf(
  kernel: Pick<KernelView, 'memory' | 'symbols'>,
  vmcoreInfo: VmcoreInfo | null,
  release: string | null,
): Utsname | undefined {
  const found = utsnameIn(kernel, vmcoreInfo);
  const banner = kernel.symbols.find('linux_banner')?.address;
  const named =
    release ??
    (banner === undefined ? undefined : releaseOf(bannerAt(kernel.memory, banner) ?? ''));
  return named === undefined || found?.release === named ? found : undefined;
}

/** The strings that `init_uts_ns` holds; undefined where they cannot be read. */
export function utsnameIn(
  { memory, symbols }: Pick<KernelView, 'memory' | 'symbols'>,
  vmcoreInfo: VmcoreInfo | null,
): Utsname | undefined {
  const address = symbols.find('init_uts_ns')?.address ?? vmcoreInfo?.symbol('init_uts_ns');
  if (address === undefined) {
    return undefined;
  }
  const told = vmcoreInfo?.layout('OFFSET(uts_namespace.name)');
  for (const offset of told === undefined ? usualOffsets : [told]) {
    const found = tryRead(() =>
      stringsBy((at) => memory.readString(address + BigInt(offset + at), stringSizeInBytes)),
    );
    if (found?.sysname === 'Linux') {
      return found;
    }
  }
  return undefined;
}

/** @param read gives the string at an offset in the structure */
function stringsBy(read: (offset: number) => string): Required<Utsname> {
  return Object.fromEntries(
    names.map((name, index) => [name, read(index * stringSizeInBytes)]),
  ) as Required<Utsname>;
}

/**
 * The strings at a physical address, or in `init_uts_ns` at that address, where they are those of a
 * Linux. Undefined elsewhere.
 */
export function utsnameAt(
  memory: Pick<PhysicalMemory, 'read'>,
  address: number,
): Required<Utsname> | undefined {
  for (const offset of usualOffsets) {
    const bytes = tryRead(() => memory.read(address + offset, names.length * stringSizeInBytes));
    const found =
      bytes && stringsBy((at) => latin1UntilNul(bytes.subarray(at, at + stringSizeInBytes)));
    if (
      found?.sysname === 'Linux' &&
      wholeRelease.test(found.release) &&
      wholeVersion.test(found.version) &&
      wholeMachine.test(found.machine)
    ) {
      return found;
    }
  }
  return undefined;
}

/**
 * The same from the banner, without host name and machine: `Linux version RELEASE (BUILDER)
 * (COMPILER) VERSION`, where the version begins with `#`. Source: Linux, init/version-timestamp.c.
 */
export function utsnameOfBanner(banner: string): Utsname {
  const [, release, version] = /^Linux version (\S+) .*?(#\d[^\n]*)?$/m.exec(banner) ?? [];
  return {
    ...(release === undefined ? {} : { sysname: 'Linux', release }),
    ...(version === undefined ? {} : { version: version.trimEnd() }),
  };
}
