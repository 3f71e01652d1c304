import { type KernelView, tryRead, type VmcoreInfo } from '@vmcorekit/core';
import { bannerAt, releaseOf } from '../identity/banner.ts';

/** Linux's `struct new_utsname`: six strings of 65 bytes. Source: include/uapi/linux/utsname.h. */
const names = ['sysname', 'nodename', 'release', 'version', 'machine', 'domainname'] as const;
const stringSizeInBytes = 65;
/**
 * `name` comes first in `struct uts_namespace` since Linux 5.11. Before, it followed a reference
 * count; VMCOREINFO says which.
 */
const usualOffsets = [0, 4];

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
      Object.fromEntries(
        names.map((name, index) => [
          name,
          memory.readString(
            address + BigInt(offset + index * stringSizeInBytes),
            stringSizeInBytes,
          ),
        ]),
      ),
    ) as Required<Utsname> | undefined;
    if (found?.sysname === 'Linux') {
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
