import type { Kernel, VirtualAddress } from '@vmcorekit/core';

/** A part of a kernel's image. */
export interface ImagePart {
  /** As the linker calls it: `.text`, `.init.data`. */
  readonly name: string;
  readonly start: VirtualAddress;
  readonly end: VirtualAddress;
  readonly isCode: boolean;
}

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

/** The parts of a kernel's image by its symbols, ascending. None where these do not say. */
export function imagePartsOf({ symbols }: Pick<Kernel, 'symbols'>): ImagePart[] {
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
    return next === undefined ? [] : [{ name, start, end: next, isCode }];
  });
}
