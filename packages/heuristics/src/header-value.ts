import { type Heuristic, hex, hintOf } from '@vmcorekit/core';
import { isWrittenByQemu } from './marker-check.ts';
import { misreadPhysBase } from './origin/misread-phys-base.ts';

/**
 * The header's own phys_base. Of a KDUMP file at most weak evidence: QEMU writes 0 whatever the
 * truth is. That is right under SeaBIOS without KASLR, and wrong nearly everywhere else. A
 * hibernated kernel writes where it is to be entered, so its header names it.
 */
export const headerValue: Heuristic = {
  name: 'header-value',
  summary: 'takes the phys_base of a KDUMP or hibernation header at its word',
  needs: ['kdump-header', 'kernel-layout'],
  cost: 'header',
  yields: ['physBase'],
  looksAt: 'phys_base in the sub header, or the addresses that a hibernated kernel is entered at',
  architectures: ['x86_64'],
  options: {},
  *run({ dump }) {
    const hint = hintOf(dump.image.facts, 'physBase');
    const alignment = dump.layout?.imageAlignmentInBytes ?? 1;
    if (hint === undefined || hint.isUnknownMarker || misreadPhysBase(dump) !== undefined) {
      return;
    }
    const { value, at, isOfKernelItself } = hint;
    const physBase = Number(value);
    if (!Number.isSafeInteger(physBase) || physBase % alignment !== 0) {
      yield {
        kind: 'remark',
        because: `the header's phys_base ${hex(value)} is impossible: it is no multiple of ${hex(alignment)}`,
        at,
      };
      return;
    }
    const isQemus = isWrittenByQemu(dump);
    yield {
      kind: 'candidate',
      evidence: 'header',
      strength: isQemus ? 'hint' : isOfKernelItself === true ? 'strong' : 'weak',
      claim: { physBase },
      ...(isOfKernelItself === true ? { namedByFile: true } : {}),
      because:
        isQemus && physBase === 0
          ? "the header's phys_base 0x0 is only QEMU's default"
          : `the header's phys_base is ${hex(physBase)}`,
      at,
    };
  },
};
