import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { modulesOrNone } from '../modules/kernel-modules.ts';
import { perKernel } from '../per-kernel.ts';
import { type BpfCode, bpfCodeAt } from './bpf-code.ts';
import { isOwnText } from './kernel-text.ts';

/** The kinds of a module's memory that hold code. */
const kinds: readonly string[] = ['text', 'init.text'];

/** Whose code an address is; both are null for the kernel's own. */
export interface CodeAt {
  readonly module: string | null;
  readonly bpf: BpfCode | null;
}

/**
 * The code that holds an address: of the kernel, of a module or of BPF. Undefined for an address of
 * none. Modules and BPF are read for addresses outside of the kernel's own code alone.
 */
export function codeAt(kernel: Kernel, address: VirtualAddress): CodeAt | undefined {
  if (isOwnText(kernel, address)) {
    return { module: null, bpf: null };
  }
  const module = moduleTextsOf(kernel).find(({ start, end }) => start <= address && address < end);
  if (module !== undefined) {
    return { module: module.name, bpf: null };
  }
  const bpf = bpfCodeAt(kernel, address);
  return bpf === undefined ? undefined : { module: null, bpf };
}

/** The code of a module. */
export interface ModuleText {
  readonly name: string;
  readonly start: VirtualAddress;
  readonly end: VirtualAddress;
}

/** The code of all modules. */
export const moduleTextsOf: (kernel: Kernel) => readonly ModuleText[] = perKernel(
  (kernel: Kernel) =>
    modulesOrNone(kernel).flatMap(({ name, memory }) =>
      memory.flatMap(({ kind, base, sizeInBytes }) =>
        kinds.includes(kind) ? [{ name, start: base, end: base + BigInt(sizeInBytes) }] : [],
      ),
    ),
);
