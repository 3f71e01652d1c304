import { definePlugin, type Plugin } from '@vmcorekit/core';
import { ElfFormat } from './elf-format.ts';
import { VmlinuxSymbols } from './vmlinux-symbols.ts';
import { Vmlinuz } from './vmlinuz.ts';

export { ElfFormat } from './elf-format.ts';
export { ElfImage } from './elf-image.ts';
export { VmlinuxSymbols } from './vmlinux-symbols.ts';
export { Vmlinuz } from './vmlinuz.ts';

/** ELF dumps, the symbols of a vmlinux file, and the types of a vmlinuz. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/format-elf',
  formats: [new ElfFormat()],
  symbolFiles: [new VmlinuxSymbols(), new Vmlinuz()],
});
