import type { NoteFields } from '@vmcorekit/testing';

/**
 * struct elf_prstatus of i386: pr_pid at 24, pr_reg at 72, of which eip is the thirteenth.
 * Source: Linux, arch/x86/include/asm/user_32.h, include/linux/elfcore.h.
 */
export function i386Prstatus(pid: number, eip: number = 0): NoteFields {
  const descriptor = new Uint8Array(144);
  const view = new DataView(descriptor.buffer);
  view.setUint32(24, pid, true);
  view.setUint32(72 + 12 * 4, eip, true);
  return { name: 'CORE', type: 1, descriptor };
}
