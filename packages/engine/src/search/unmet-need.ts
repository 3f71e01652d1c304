import { type Heuristic, type HeuristicContext, hintOf, type Need } from '@vmcorekit/core';

const isMet: Readonly<Record<Need, (context: HeuristicContext) => boolean>> = {
  'cpu-registers': ({ dump }) => dump.cpus.some((cpu) => cpu.registers.size > 0),
  'vmcoreinfo-note': ({ dump }) => dump.vmcoreinfo !== null,
  'symbol-file': ({ symbolFiles }) => symbolFiles.length > 0,
  'kdump-header': ({ dump }) => hintOf(dump.image.facts, 'physBase') !== undefined,
  paging: ({ dump }) => dump.architecture?.mmu !== undefined,
  'kernel-layout': ({ dump }) => dump.layout !== null,
};

const missing: Readonly<Record<Need, string>> = {
  'cpu-registers': 'the dump holds no CPU registers',
  'vmcoreinfo-note': 'the dump holds no VMCOREINFO note',
  'symbol-file': 'no symbol file was given',
  'kdump-header': 'no header of the dump states phys_base',
  paging: 'page tables of this architecture are not known',
  'kernel-layout': 'the kernel layout of this architecture is not known',
};

/** Why a heuristic cannot run on a dump, or undefined where it can. */
export function unmetNeed(heuristic: Heuristic, context: HeuristicContext): string | undefined {
  const need = heuristic.needs.find((candidate) => !isMet[candidate](context));
  if (need !== undefined) {
    return missing[need];
  }
  const architecture = context.dump.architecture?.name ?? context.dump.image.architecture;
  return heuristic.architectures === 'any' || heuristic.architectures.includes(architecture ?? '')
    ? undefined
    : `it knows ${heuristic.architectures.join(', ')}, the dump is ${architecture ?? 'of an unknown architecture'}`;
}
