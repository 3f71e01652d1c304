import { definePlugin, type Plugin } from '@vmcorekit/core';
import { ElfFormat } from './elf-format.ts';

export { ElfFormat } from './elf-format.ts';
export { ElfImage } from './elf-image.ts';

/** ELF dumps. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/format-elf',
  formats: [new ElfFormat()],
});
