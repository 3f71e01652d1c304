import type { OriginSign } from '@vmcorekit/core';
import type { ElfHeader } from './elf-header.ts';

const byQemu = { axis: 'writtenBy', who: 'qemu' } as const;

/**
 * QEMU's habits in the ELF header, seen on files of QEMU 7.2 and 10.0. Source: QEMU, dump/dump.c.
 */
export function originSigns({ fields, offsets }: Pick<ElfHeader, 'fields' | 'offsets'>): OriginSign[] {
  const at = (...names: readonly string[]): OriginSign['at'] =>
    names.map((name) => ({ fileOffset: offsets.get(name) ?? 0, note: name }));
  const value = (name: string): number => Number(fields.get(name));
  const slip: OriginSign = {
    ...byQemu,
    score: 100,
    because: 'e_ehsize is 8, a slip of QEMU since 7.2',
    at: at('e_ehsize'),
  };
  const sections: OriginSign = {
    ...byQemu,
    score: 40,
    because: 'the program headers follow two section headers, at 192',
    at: at('e_shnum', 'e_phoff'),
  };
  return [...(value('e_ehsize') === 8 ? [slip] : []), ...(value('e_shnum') === 2 && value('e_phoff') === 192 ? [sections] : [])];
}
