import type { AnyMemoryLook } from '@vmcorekit/core';
import { digitRunLook } from '../symbols/kallsyms/physical-search.ts';
import { ownNoteLook } from '../vmcoreinfo/own-notes.ts';
import { vmcoreInfoLook } from '../vmcoreinfo/vmcoreinfo-scan.ts';

/** What searches for a kernel look for in all memory, whatever the machine: notes and symbols. */
export const kernelLooks: readonly AnyMemoryLook[] = [ownNoteLook, vmcoreInfoLook, digitRunLook];
