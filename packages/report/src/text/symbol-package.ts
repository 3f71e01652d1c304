/** How to recognise a distribution's kernels, and which package has their debugging symbols. */
interface Distribution {
  readonly name: string;
  readonly banner: RegExp;
  readonly symbolPackage: (release: string) => string;
  readonly vmlinux: (release: string) => string;
}

const debugBoot = (release: string): string => `/usr/lib/debug/boot/vmlinux-${release}`;
const debugModules = (release: string): string => `/usr/lib/debug/lib/modules/${release}/vmlinux`;

/**
 * The builder's address in `Linux version RELEASE (BUILDER) …`. Names and paths as the
 * distributions' own packages have them.
 */
const distributions: readonly Distribution[] = [
  {
    name: 'Debian',
    banner: /\(debian-kernel@lists\.debian\.org\)/,
    symbolPackage: (release) => `linux-image-${release}-dbg`,
    vmlinux: debugBoot,
  },
  {
    name: 'Ubuntu',
    banner: /\(buildd@[^)]*\).*Ubuntu/,
    symbolPackage: (release) => `linux-image-unsigned-${release}-dbgsym`,
    vmlinux: debugBoot,
  },
  {
    name: 'Fedora',
    banner: /@[^)]*\.fedoraproject\.org\)/,
    symbolPackage: (release) => `kernel-debuginfo-${release}`,
    vmlinux: debugModules,
  },
  {
    name: 'Red Hat',
    banner: /@[^)]*\.redhat\.com\)/,
    symbolPackage: (release) => `kernel-debuginfo-${release}`,
    vmlinux: debugModules,
  },
  {
    name: 'SUSE',
    banner: /\(geeko@buildhost\)/,
    symbolPackage: (release) => `kernel-${release.split('-').at(-1) ?? 'default'}-debuginfo`,
    vmlinux: (release) => `${debugModules(release)}.debug`,
  },
];

export interface SymbolPackage {
  readonly distribution: string;
  readonly name: string;
  readonly vmlinux: string;
}

/**
 * The package with this kernel's vmlinux, if the banner names a known distribution. The release
 * comes from a dump, so it is used only if it is a plain file name.
 */
export function symbolPackageOf(
  banner: string | null,
  release: string | null,
): SymbolPackage | undefined {
  if (
    banner === null ||
    release === null ||
    !/^[A-Za-z0-9._+~-]+$/.test(release) ||
    release.includes('..')
  ) {
    return undefined;
  }
  const found = distributions.find((distribution) => distribution.banner.test(banner));
  return (
    found && {
      distribution: found.name,
      name: found.symbolPackage(release),
      vmlinux: found.vmlinux(release),
    }
  );
}
