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
  ['cr13', ['cr13']],
];

/** Where a PC shows ROM in place of RAM, or a copy of it. Source: QEMU, hw/pci-host/pam.c. */
const romWindow = { start: 0xc0000, end: 0x100000 } as const;

/**
 * How the memory of an image compares with the ELF dump of the same stopped guest. The image is the
 * second of the two. It may hold only a part of the memory, and may have lost nothing of that. A
 * file that is read at wrong addresses has almost none that are equal.
 *
 * @param leastShareEqual of the pages that both hold: 1 where memory did not change in between
 */
export function judgeImageMemory(
  result: Result<CompareOutput>,
  leastShareEqual: number,
): ImageAnswer {
  if ('failure' in result) {
    return { text: result.failure, isGood: false };
  }
  const { pages, dumps } = result.output;
  const { equal, different, unknown } = pages;
  const { corrupt = 0 } = dumps[1]?.unknownPages ?? {};
  if (corrupt > 0) {
    return { text: `${corrupt} pages are lost`, isGood: false };
  }
  if (different > 0 && isInRomWindow(result.output)) {
    return { text: `equal, but for ${different} pages under ROM`, isGood: true };
  }
  if (different > 0 || equal === 0) {
    return {
      text: `${different} pages differ, ${equal} are equal`,
      isGood: equal > 0 && equal >= leastShareEqual * (equal + different),
    };
  }
  return { text: unknown === 0 ? 'equal' : `equal, ${unknown} pages not held`, isGood: true };
}

/** RAM under a ROM is in the file of a machine's RAM; a dump has what the machine sees there. */
function isInRomWindow({ pages, differences }: CompareOutput): boolean {
  const places = differences.map(({ physicalAddress }) => Number(physicalAddress));
  const [first = 0] = places;
  return (
    places.length > 0 &&
    places.every((place) => place >= romWindow.start && place < romWindow.end) &&
    pages.different <= (romWindow.end - first) / 4096
  );
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
