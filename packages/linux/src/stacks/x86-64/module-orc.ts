import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { modulesOrNone } from '../../modules/kernel-modules.ts';
import { perKernel } from '../../per-kernel.ts';
import { number, optional, pointer } from '../../reading/fields.ts';
import { structReader } from '../../reading/struct-reader.ts';
import { maxOrcEntries, type OrcPlace } from './orc-table.ts';

const maxTextSizeInBytes = 2 ** 28;
/** The kinds of a module's memory that hold code. */
const kinds: readonly string[] = ['text', 'init.text'];

/** The code of a module, and its own unwind table. */
export interface ModuleOrc extends OrcPlace {
  readonly name: string;
  readonly texts: readonly { readonly start: VirtualAddress; readonly end: VirtualAddress }[];
}

/**
 * The module whose code holds an address, hidden ones too. Those without an unwind table are left
 * out. Source: Linux, arch/x86/include/asm/module.h (mod_arch_specific), include/linux/module.h.
 */
export function moduleOrcAt(kernel: Kernel, address: VirtualAddress): ModuleOrc | undefined {
  return moduleOrcsOf(kernel).find(({ texts }) =>
    texts.some(({ start, end }) => start <= address && address < end),
  );
}

/** Those of all modules that have one. */
export const moduleOrcsOf: (kernel: Kernel) => readonly ModuleOrc[] = perKernel(
  (kernel: Kernel) => {
    const modules = modulesOrNone(kernel);
    if (modules.length === 0) {
      return [];
    }
    const reader = structReader(kernel, 'module', {
      addresses: optional(pointer('arch.orc_unwind_ip')),
      entries: optional(pointer('arch.orc_unwind')),
      count: optional(number('arch.num_orcs')),
    });
    return modules.flatMap(({ address, name, memory }) => {
      const { addresses, entries, count } = reader.readPartly(address);
      if (addresses === null || entries === null || !isPlausible(count)) {
        return [];
      }
      const texts = memory.flatMap(({ kind, base, sizeInBytes }) =>
        kinds.includes(kind) && sizeInBytes <= maxTextSizeInBytes
          ? [{ start: base, end: base + BigInt(sizeInBytes) }]
          : [],
      );
      return [{ name, addresses, entries, count, texts }];
    });
  },
);

function isPlausible(count: number | null): count is number {
  return count !== null && count > 0 && count <= maxOrcEntries;
}
