import {
  type Dump,
  type FactsToWrite,
  type LocatedKernel,
  VmcorekitError,
  type WrittenMachine,
} from '@vmcorekit/core';
import type { Toolkit } from '@vmcorekit/engine';

/**
 * The machine that new headers must name, if those of the file name none, are too narrow for the
 * kernel, or in another byte order; else null. QEMU takes the word size and the byte order from the
 * mode of the first CPU. So a 64-bit machine that was dumped in its firmware makes a 32-bit file,
 * and a little-endian ppc64 machine may make a big-endian one. No tool finds the kernel in these.
 * Throws `unsupported` if no architecture with such a kernel is known.
 */
export function machineToWrite(
  { architectures }: Pick<Toolkit, 'architectures'>,
  { image, architecture }: Pick<Dump, 'image' | 'architecture'>,
  { wordSizeInBits, byteOrder }: Pick<LocatedKernel, 'wordSizeInBits' | 'byteOrder'>,
): WrittenMachine | null {
  const order = byteOrder === image.byteOrder ? {} : { byteOrder };
  const own = architecture?.name ?? image.architecture;
  if (wordSizeInBits <= image.wordSizeInBits) {
    const isNamed = image.architecture !== null && byteOrder === image.byteOrder;
    return isNamed || own === null
      ? null
      : { architecture: own, wordSizeInBits: image.wordSizeInBits, ...order };
  }
  const wide =
    architecture?.wordSizeInBits === wordSizeInBits
      ? architecture
      : architectures.widerThan(image.architecture);
  if (wide === undefined) {
    throw new VmcorekitError('unsupported', {
      what: `headers for a ${wordSizeInBits}-bit kernel in a ${image.wordSizeInBits}-bit file of ${image.architecture ?? 'no known machine'}`,
      advice: 'add a plug-in with the architecture of the kernel',
    });
  }
  return { architecture: wide.name, wordSizeInBits, ...order };
}

/**
 * What `uname` says on that machine. If memory does not name the machine, the file does, and its
 * name may be that of the machine that is too narrow.
 */
export function utsnameOn(
  { architectures }: Pick<Toolkit, 'architectures'>,
  machine: WrittenMachine | null,
  utsname: NonNullable<FactsToWrite['utsname']>,
): NonNullable<FactsToWrite['utsname']> {
  const said = architectures.ofUtsname(utsname.machine ?? '');
  const [name] = architectures.named(machine?.architecture ?? null)?.machines.utsname ?? [];
  return machine === null || name === undefined || said?.wordSizeInBits === machine.wordSizeInBits
    ? utsname
    : { ...utsname, machine: name };
}
