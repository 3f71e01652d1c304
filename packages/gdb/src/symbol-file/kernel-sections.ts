import { type Kernel, printable, type VirtualAddress } from '@vmcorekit/core';
import { imagePartsOf, modulesOrNone, runTimeNamesOf } from '@vmcorekit/linux';

/** A stretch of the kernel's memory that becomes a section. */
export interface KernelSection {
  readonly name: string;
  readonly start: VirtualAddress;
  readonly end: VirtualAddress;
  readonly isCode: boolean;
  /** False for that of modules, and what the kernel made. */
  readonly isOfKernel: boolean;
}

/** An ELF file has at most 0xff00 sections without further measures. */
const maxSections = 32_768;
/** Code of BPF that lies this close together is one section. */
const mergedGapInBytes = 0x1000n;

/** The sections of a kernel, its modules and what it made, ascending; none over another. */
export function kernelSections(kernel: Kernel): readonly KernelSection[] {
  const all = [
    ...imagePartsOf(kernel).map((part) => ({ ...part, isOfKernel: true })),
    ...moduleSections(kernel),
    ...madeSections(kernel),
  ]
    .filter(({ start, end }) => start < end)
    .sort((one, other) => (one.start < other.start ? -1 : one.start > other.start ? 1 : 0));
  const kept: KernelSection[] = [];
  for (const section of all) {
    const last = kept.at(-1);
    if ((last === undefined || last.end <= section.start) && kept.length < maxSections) {
      kept.push(section);
    }
  }
  return kept;
}

function moduleSections(kernel: Kernel): KernelSection[] {
  return modulesOrNone(kernel).flatMap((module) =>
    module.memory.map(({ kind, base, sizeInBytes }) => ({
      name: `.${kind}.${printable(module.name)}`,
      start: base,
      end: BigInt.asUintN(64, base + BigInt(sizeInBytes)),
      isCode: kind.includes('text'),
      isOfKernel: false,
    })),
  );
}

function madeSections(kernel: Kernel): KernelSection[] {
  const sections: KernelSection[] = [];
  for (const { address, sizeInBytes, module } of runTimeNamesOf(kernel).made()) {
    const end = BigInt.asUintN(64, address + BigInt(sizeInBytes ?? 0));
    const last = sections.at(-1);
    if (last !== undefined && last.start <= address && address <= last.end + mergedGapInBytes) {
      sections[sections.length - 1] = { ...last, end: end > last.end ? end : last.end };
    } else {
      sections.push({
        name: `.text.${module ?? 'made'}`,
        start: address,
        end,
        isCode: true,
        isOfKernel: false,
      });
    }
  }
  return sections;
}
