import { hex, kernelPlace, type LocatedKernel, printable } from '@vmcorekit/core';
import type { Style } from '../../layout/style.ts';
import { otherNumbers, roleText, rootText } from '../kernel-place.ts';
import type { ProbeReportContext } from './context.ts';

type Fact = readonly [label: string, value: string];

/** Where the kernel lies: the two numbers that other tools need. */
export function placeFacts(
  kernel: LocatedKernel,
  style: Style,
  vmlinuxOf: ProbeReportContext['vmlinuxOf'],
): [place: Fact, kaslrOffset: Fact] {
  const [label, place] = kernelPlace(kernel);
  const advice = vmlinuxOf(kernel) === undefined ? ' (--symbols VMLINUX proves it)' : '';
  return [
    [label, style.strong(place)],
    [
      'KASLR offset',
      kernel.kaslrOffset === null ? `not proved${advice}` : style.strong(hex(kernel.kaslrOffset)),
    ],
  ];
}

/** All that is known of the kernel. */
export function kernelFacts(
  kernel: LocatedKernel,
  style: Style,
  vmlinuxOf: ProbeReportContext['vmlinuxOf'],
): Fact[] {
  const { textVirtualAddress, textPhysicalAddress, root, banner } = kernel;
  const at = textPhysicalAddress === null ? '' : ` at physical ${hex(textPhysicalAddress)}`;
  return [
    ...placeFacts(kernel, style, vmlinuxOf),
    ...otherNumbers(kernel),
    ['kernel', `${printable(kernel.release ?? 'release not proved')} (${roleText(kernel.role)})`],
    ['build ID', printable(kernel.buildId ?? 'not proved')],
    ['text', textVirtualAddress === null ? 'not proved' : hex(textVirtualAddress) + at],
    [
      'page tables',
      root === null ? 'not known' : rootText({ ...root, levels: kernel.pagingLevels }),
    ],
    ...(banner === null ? [] : [['banner', printable(banner)] as const]),
  ];
}
