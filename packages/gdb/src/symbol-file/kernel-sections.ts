import { type Kernel, printable, type VirtualAddress } from '@vmcorekit/core';
import { modulesOrNone, runTimeNamesOf } from '@vmcorekit/linux';

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

/**
 * Symbols at which a part of the kernel's image begins. Source: Linux,
 * include/asm-generic/vmlinux.lds.h, arch/x86/kernel/vmlinux.lds.S and that of arm64.
 */
const marks: readonly (readonly [symbol: string, section: string, isCode: boolean])[] = [
  ['_text', '.text', true],
  ['_stext', '.text', true],
  ['_etext', '.rodata', false],
  ['__start_rodata', '.rodata', false],
  ['_sdata', '.data', false],
  ['__init_begin', '.init.data', false],
  ['_sinittext', '.init.text', true],
  ['__inittext_begin', '.init.text', true],
  ['_einittext', '.init.data', false],
  ['__inittext_end', '.init.data', false],
  ['__init_end', '.data', false],
  ['__bss_start', '.bss', false],
];
const imageEnds = ['_end', '__bss_stop'] as const;

/** The sections of a kernel, its modules and what it made, ascending; none over another. */
export function kernelSections(kernel: Kernel): readonly KernelSection[] {
  const all = [...imageSections(kernel), ...moduleSections(kernel), ...madeSections(kernel)]
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

function imageSections({ symbols }: Kernel): KernelSection[] {
  const end = imageEnds
    .map((name) => symbols.find(name)?.address)
    .find((address) => address !== undefined);
  const starts = marks
    .flatMap(([symbol, name, isCode]) => {
      const start = symbols.find(symbol)?.address;
      return start === undefined ? [] : [{ name, start, isCode }];
    })
    .sort((one, other) => (one.start < other.start ? -1 : one.start > other.start ? 1 : 0));
  return starts.flatMap(({ name, start, isCode }, index) => {
    const next = starts[index + 1]?.start ?? end;
    return next === undefined ? [] : [{ name, start, end: next, isCode, isOfKernel: true }];
  });
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
