import { type Heuristic, hex, hintOf } from '@vmcorekit/core';
import { isWrittenByQemu } from './marker-check.ts';
import { misreadPhysBase } from './origin/misread-phys-base.ts';

/**
 * The header's own phys_base. At most weak evidence: QEMU writes 0 whatever the truth is. That is
 * right under SeaBIOS without KASLR, and wrong nearly everywhere else.
 */
export const headerValue: Heuristic = {
  name: 'header-value',
  summary: "takes the KDUMP header's phys_base at its word, weakly",
  needs: ['kdump-header', 'kernel-layout'],
  cost: 'header',
  yields: ['physBase'],
  looksAt: 'phys_base in the sub header',
  architectures: ['x86_64'],
  options: {},
  *run({ dump }) {
    const hint = hintOf(dump.image.facts, 'physBase');
    const alignment = dump.layout?.imageAlignmentInBytes ?? 1;
    if (hint === undefined || hint.isUnknownMarker || misreadPhysBase(dump) !== undefined) {
      return;
    }
    const { value, at } = hint;
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
      strength: isQemus ? 'hint' : 'weak',
      claim: { physBase },
      because:
        isQemus && physBase === 0
          ? "the header's phys_base 0x0 is only QEMU's default"
          : `the header's phys_base is ${hex(physBase)}`,
      at,
    };
  },
};
