import type { Dump, Kernel, LocatedKernel, UtsnameField } from '@vmcorekit/core';
import { utsnameOf } from '../description/utsname.ts';
import { type Fact, firstProved, notProved, proved } from './fact.ts';

/** What `uname` says of a kernel. */
export interface KernelNames {
  readonly hostName: Fact<string>;
  readonly release: Fact<string>;
  /** The build: `#1 SMP …`. */
  readonly version: Fact<string>;
  /** As `uname -m` says it. */
  readonly machine: Fact<string>;
}

/**
 * The names in the kernel's memory; else those of the file's header, unless it is of another kernel
 * or its maker left the release out (QEMU does, and writes a machine that is none). Where both say
 * nothing, VMCOREINFO and the search for the kernel know its release.
 */
export function namesOf(
  dump: Dump,
  located: LocatedKernel | null,
  kernel: Kernel | null,
): KernelNames {
  const uname =
    kernel === null ? undefined : utsnameOf(kernel, kernel.vmcoreinfo, kernel.located.release);
  const header = dump.image.facts?.utsname;
  const release = header?.release.value ?? '';
  const isOfKernel = release !== '' && (located === null || release === located.release);
  const name = (field: UtsnameField): Fact<string> => {
    const own = uname?.[field] ?? '';
    const stated = isOfKernel ? (header?.[field].value ?? '') : '';
    return own !== ''
      ? proved(own, 'init_uts_ns')
      : stated !== ''
        ? proved(stated, "the file's header")
        : notProved('neither init_uts_ns can be read, nor does a header of this kernel say it');
  };
  return {
    hostName: name('nodename'),
    release: firstProved(name('release'), releaseOf(dump, located)),
    version: name('version'),
    machine: firstProved(name('machine'), machineOf(dump)),
  };
}

/** Of a kernel that was found, what proves it; else what the file says. */
function releaseOf({ vmcoreinfo }: Dump, located: LocatedKernel | null): Fact<string> {
  if (located !== null) {
    return located.release === null
      ? notProved('no release is proved')
      : proved(located.release, 'the search for the kernel');
  }
  const release = vmcoreinfo?.release;
  return release === undefined
    ? notProved('the file does not say it')
    : proved(release, "the file's VMCOREINFO");
}

function machineOf({ architecture }: Dump): Fact<string> {
  const machine = architecture?.machines.utsname[0] ?? architecture?.name;
  return machine === undefined
    ? notProved('the architecture is not known')
    : proved(machine, 'the architecture of the dump');
}
