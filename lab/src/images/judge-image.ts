import type { CompareOutput, InfoOutput, Result } from '../check/probe-output.ts';
import type { CpuState } from '../qemu/registers.ts';

/** An answer about an image, in the table's words. */
export interface ImageAnswer {
  readonly text: string;
  readonly isGood: boolean;
}

/** The guest's CPU state as QEMU showed it, and the library's names of the registers. */
const registersOf: readonly (readonly [field: keyof CpuState, names: readonly string[]])[] = [
  ['instructionPointer', ['rip', 'pc', 'eip', 'epc', 'nip', 'psw_addr']],
  ['cr0', ['cr0']],
  ['cr3', ['cr3']],
  ['cr4', ['cr4']],
  ['efer', ['efer']],
  ['idtBase', ['idt_base']],
];

/** Of pages, how many a live migration under TCG may send before their last change. */
const maxTornShare = 1 / 1000;

/**
 * How the memory of an image compares with the ELF dump of the same stopped guest. The image is the
 * second of the two. Its pages may be absent, and no other is lost.
 *
 * @param isLive whether it was written while the guest ran: QEMU may lose the last changes then
 */
export function judgeImageMemory(result: Result<CompareOutput>, isLive: boolean): ImageAnswer {
  if ('failure' in result) {
    return { text: result.failure, isGood: false };
  }
  const { pages, dumps } = result.output;
  const { equal, different, unknown } = pages;
  const { partial = 0, excluded = 0, corrupt = 0 } = dumps[1]?.unknownPages ?? {};
  if (partial + excluded + corrupt > 0) {
    return { text: `${partial + excluded + corrupt} pages are lost`, isGood: false };
  }
  if (different > 0 || equal === 0) {
    return {
      text: `${different} pages differ, ${equal} are equal`,
      isGood: isLive && different <= equal * maxTornShare,
    };
  }
  return { text: unknown === 0 ? 'equal' : `equal, ${unknown} pages not held`, isGood: true };
}

/**
 * How the CPUs of an image compare with the registers that QEMU showed. Only registers that both
 * have are compared.
 */
export function judgeImageCpus(result: Result<InfoOutput>, cpus: readonly CpuState[]): ImageAnswer {
  if ('failure' in result) {
    return { text: result.failure, isGood: false };
  }
  const found = result.output.cpus;
  if (found.length === 0) {
    return { text: 'none', isGood: true };
  }
  if (found.length !== cpus.length) {
    return { text: `${found.length} CPUs, not ${cpus.length}`, isGood: false };
  }
  let compared = 0;
  const wrong: string[] = [];
  for (const [index, { registers }] of found.entries()) {
    for (const [field, names] of registersOf) {
      const shown = cpus[index]?.[field] ?? null;
      const name = names.find((each) => registers[each] !== undefined);
      if (shown !== null && name !== undefined) {
        compared++;
        wrong.push(
          ...(BigInt(registers[name] ?? 0) === BigInt(shown) ? [] : [`${name} of ${index}`]),
        );
      }
    }
  }
  return wrong.length > 0
    ? { text: `${wrong.join(', ')} differ`, isGood: false }
    : { text: `${compared} equal`, isGood: compared > 0 };
}
