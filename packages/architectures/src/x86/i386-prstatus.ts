import { type PrstatusLayout, registersOffset32 } from '../prstatus.ts';

/** Source: Linux, arch/x86/include/asm/user_32.h, struct user_regs_struct. */
export const i386Prstatus: PrstatusLayout = {
  sizeInBytes: 144,
  wordSizeInBits: 32,
  groups: [
    {
      offset: registersOffset32,
      widthInBits: 32,
      names: [
        ...['ebx', 'ecx', 'edx', 'esi', 'edi', 'ebp', 'eax', 'ds', 'es', 'fs', 'gs', 'orig_eax'],
        ...['eip', 'cs', 'eflags', 'esp', 'ss'],
      ],
    },
  ],
};
