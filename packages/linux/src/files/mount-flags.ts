/** The flags of a mount, in the order of `/proc`. Source: Linux, include/linux/mount.h. */
const mountFlags = [
  [0x01n, 'nosuid'],
  [0x02n, 'nodev'],
  [0x04n, 'noexec'],
  [0x08n, 'noatime'],
  [0x10n, 'nodiratime'],
  [0x20n, 'relatime'],
  [0x80n, 'nosymfollow'],
] as const;
const readOnlyMount = 0x40n;

/** The flags of a file system. Source: Linux, include/linux/fs.h (SB_SYNCHRONOUS and others). */
const fileSystemFlags = [
  [0x10n, 'sync'],
  [0x80n, 'dirsync'],
  [0x40n, 'mand'],
  [0x2000000n, 'lazytime'],
] as const;
const readOnlyFileSystem = 0x1n;

/** `rw,nosuid,relatime`: what holds for one mount. Source: Linux, fs/proc_namespace.c. */
export function mountOptionsOf(flags: bigint): string[] {
  return optionsOf(flags, readOnlyMount, mountFlags);
}

/** `rw,sync`: what holds for the file system, without options that only its driver knows. */
export function fileSystemOptionsOf(flags: bigint): string[] {
  return optionsOf(flags, readOnlyFileSystem, fileSystemFlags);
}

function optionsOf(
  flags: bigint,
  readOnly: bigint,
  names: readonly (readonly [bigint, string])[],
): string[] {
  return [
    (flags & readOnly) === 0n ? 'rw' : 'ro',
    ...names.filter(([flag]) => (flags & flag) !== 0n).map(([, name]) => name),
  ];
}
