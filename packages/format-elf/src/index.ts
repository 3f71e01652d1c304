import { definePlugin, type Plugin } from '@vmcorekit/core';
import { ElfFormat } from './elf-format.ts';
import { VmlinuxSymbols } from './vmlinux-symbols.ts';

export { ElfFormat } from './elf-format.ts';
export { ElfImage } from './elf-image.ts';
export { VmlinuxSymbols } from './vmlinux-symbols.ts';

/** ELF dumps, and the symbols of a vmlinux file. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/format-elf',
  formats: [new ElfFormat()],
  symbolFiles: [new VmlinuxSymbols()],
});
