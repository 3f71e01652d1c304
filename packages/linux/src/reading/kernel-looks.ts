import type { AnyMemoryLook } from '@vmcorekit/core';
import { codeStartLook } from '../identity/code-look.ts';
import { digitRunLook } from '../symbols/kallsyms/physical-search.ts';
import { ownNoteLook } from '../vmcoreinfo/own-notes.ts';
import { vmcoreInfoLook } from '../vmcoreinfo/vmcoreinfo-scan.ts';

/** What searches for a kernel look for in all memory: notes, symbols, code. */
export const kernelLooks: readonly AnyMemoryLook[] = [
  ownNoteLook,
  vmcoreInfoLook,
  digitRunLook,
  codeStartLook,
];
