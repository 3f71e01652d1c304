import {
  type Dump,
  hex,
  hintOf,
  type LocatedKernel,
  type Origin,
  printable,
} from '@vmcorekit/core';
import type { Style } from '../../layout/style.ts';
import { roleText } from '../kernel-place.ts';
import type { ProbeReportContext } from './context.ts';
import { placeFacts } from './kernel-facts.ts';

/** Where the kernel lies, beside what the header says of it, and which kernel it is. */
export function answerFacts(
  { image }: Dump,
  kernel: LocatedKernel,
  { writtenBy }: Origin,
  style: Style,
  vmlinuxOf: ProbeReportContext['vmlinuxOf'],
): (readonly [label: string, value: string])[] {
  const [[label, place], kaslrOffset] = placeFacts(kernel, style, vmlinuxOf);
  const hint = hintOf(image.facts, 'physBase');
  const stated = hint === undefined || hint.isUnknownMarker ? null : BigInt.asIntN(64, hint.value);
  const isOther = stated !== null && kernel.physBase !== null && stated !== BigInt(kernel.physBase);
  const whose = stated === 0n && writtenBy === 'qemu' ? ": QEMU's default" : '';
  return [
    [label, isOther ? `${place}  (header says ${hex(stated)}${whose})` : place],
    kaslrOffset,
    ['kernel', `${printable(kernel.release ?? 'release not proved')}, ${roleText(kernel.role)}`],
  ];
}
